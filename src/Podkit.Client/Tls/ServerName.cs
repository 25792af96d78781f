using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.Client.Tls;

/// <summary>
/// The framework still takes a name from the subject's CN when a certificate has no subjectAltName; Kubernetes' clients have not for years. What the
/// framework has accepted is looked at once more, before anything is sent.
/// </summary>
internal static class ServerName
{
    /// <summary>Refuses a server whose certificate names the host nowhere but in its subject.</summary>
    /// <exception cref="AuthenticationException">It does not.</exception>
    public static void Verify(SslStream tls)
    {
        var host = tls.TargetHostName;
        switch (tls.RemoteCertificate)
        {
            case null:
                throw new AuthenticationException("the server showed no certificate");
            case X509Certificate2 certificate:
                Verify(certificate, host);
                break;
            case { } other:
                using (var certificate = X509CertificateLoader.LoadCertificate(other.GetRawCertData())) Verify(certificate, host);
                break;
        }
    }

    private static void Verify(X509Certificate2 certificate, string host)
    {
        if (certificate.MatchesHostname(host.TrimEnd('.'), allowWildcards: true, allowCommonName: false)) return;
        throw new AuthenticationException($"the certificate does not name {host} in a subjectAltName, and names in the subject ({certificate.Subject}) do not count: issue it with a subjectAltName");
    }
}
