using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.ApiServer.Pki;

/// <summary>A certificate with its private key, as PEM. Its text form tells nothing of the key.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">The private key (PKCS#8).</param>
internal sealed record KeyPairCertificate(string CertificatePem, string KeyPem)
{
    /// <summary>The certificate ready for a TLS connection; the caller disposes it.</summary>
    public X509Certificate2 ToCertificate() => X509Certificate2.CreateFromPem(CertificatePem, KeyPem);

    /// <inheritdoc/>
    public override string ToString() => nameof(KeyPairCertificate);

    internal static KeyPairCertificate Of(X509Certificate2 certificate, ECDsa key) => new(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
}
