using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Podkit.Metadata.Health;

/// <summary>Whether the certificates that the API server is verified with can be read, and one of them is valid now.</summary>
internal static class AuthorityCheck
{
    private const int LargestBundle = 1024 * 1024;

    public static async Task RunAsync(string file, PodHealthOptions options, DateTimeOffset now, HealthFindings findings, CancellationToken cancellationToken)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            if (!File.Exists(file))
            {
                findings.Bad($"there are no CA certificates {file}");
                return;
            }

            certificates.ImportFromPem(Encoding.ASCII.GetString(await SmallFile.ReadAsync(file, LargestBundle, cancellationToken).ConfigureAwait(false)));
            Judge(file, certificates, options, now, findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            findings.Bad($"CA certificates {file} cannot be read: {e.Message}");
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }

    private static void Judge(string file, X509Certificate2Collection certificates, PodHealthOptions options, DateTimeOffset now, HealthFindings findings)
    {
        if (certificates.Count == 0)
        {
            findings.Bad($"there is no certificate in {file}");
            return;
        }

        DateTimeOffset? lastEnd = null;
        foreach (var certificate in certificates)
        {
            var (start, end) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
            if (end <= now) findings.Doubtful($"CA certificate {certificate.Subject} expired at {end.ToUniversalTime():u}");
            else if (start > now) findings.Doubtful($"CA certificate {certificate.Subject} is valid only from {start.ToUniversalTime():u}");
            else if (lastEnd is null || end > lastEnd) lastEnd = end.ToUniversalTime();
        }

        if (lastEnd is not { } last)
        {
            findings.Bad($"no CA certificate in {file} is valid now");
            return;
        }

        findings.Data["caExpires"] = last;
        if (last - now < options.CertificateWarning) findings.Doubtful($"the CA certificates in {file} expire at {last:u}");
        else findings.Good($"CA valid until {last:u}");
    }
}
