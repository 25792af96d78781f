using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.Client.Tls;

/// <summary>What a connection needs: the authorities to trust (null: the system's), and the client's certificate, if it has one.</summary>
internal sealed record TlsMaterial(X509Certificate2Collection? Authorities, SslStreamCertificateContext? ClientCertificate)
{
    /// <summary>Whether there are authorities, but only intermediate ones: no chain can end at any of them.</summary>
    public bool LacksRoot { get; } = Authorities is not null && !Authorities.Any(a => a.SubjectName.RawData.AsSpan().SequenceEqual(a.IssuerName.RawData));

    /// <summary>
    /// The framework itself verifies the chain against exactly these authorities, the validity, the purpose (server authentication) and the host's
    /// name. There is no callback that could let more pass.
    /// </summary>
    public SslClientAuthenticationOptions Options(string host, List<SslApplicationProtocol>? protocols)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = protocols,
            ClientCertificateContext = ClientCertificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (Authorities is null) return options;

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        options.CertificateChainPolicy = policy;
        return options;
    }
}
