using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Podkit.ApiServer.Pki;

/// <summary>A certificate with its private key, as PEM. Its text form tells nothing of the key.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">The private key (PKCS#8).</param>
internal sealed record KeyPairCertificate(string CertificatePem, string KeyPem)
{
    private const int LineLength = 64;

    /// <summary>The certificate ready for a TLS connection; the caller disposes it.</summary>
    public X509Certificate2 ToCertificate() => X509Certificate2.CreateFromPem(CertificatePem, KeyPem);

    /// <inheritdoc/>
    public override string ToString() => nameof(KeyPairCertificate);

    internal static KeyPairCertificate Of(X509Certificate2 certificate, ECDsa key)
    {
        var secret = key.ExportPkcs8PrivateKey();
        try
        {
            return new KeyPairCertificate(Pem("CERTIFICATE", certificate.RawDataMemory.Span), Pem("PRIVATE KEY", secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Lines of 64 characters, as every reader of PEM takes them. (The base library's writer costs 6 ms when it is first used, at start.)</summary>
    internal static string Pem(string label, ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length * 3 / 2).Append("-----BEGIN ").Append(label).Append("-----\n");
        var base64 = Convert.ToBase64String(data);
        for (var at = 0; at < base64.Length; at += LineLength) text.Append(base64, at, Math.Min(LineLength, base64.Length - at)).Append('\n');
        return text.Append("-----END ").Append(label).Append("-----\n").ToString();
    }
}
