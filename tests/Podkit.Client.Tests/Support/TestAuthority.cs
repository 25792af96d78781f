using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.Testing;

/// <summary>A certificate authority for a test, and the good and bad certificates that it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "test-ca")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    private TestAuthority(TestAuthority root)
    {
        var request = new CertificateRequest("CN=intermediate", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = root.Sign(request, -1, 2);
    }

    public string Pem => _certificate.ExportCertificatePem();

    public X509Certificate2 Server(params string[] names) => Issue(ServerAuthentication, names.Length > 0 ? names : ["localhost", "127.0.0.1", "::1"], -1, 1);

    /// <summary>An authority that this one has signed.</summary>
    public TestAuthority Intermediate() => new(this);

    /// <summary>A certificate that names the host in its subject, and nothing, or only an address of mail, in a subjectAltName.</summary>
    public X509Certificate2 InSubjectOnly(string host, string? mail = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256), ServerAuthentication, []);
        if (mail is not null)
        {
            var alternative = new SubjectAlternativeNameBuilder();
            alternative.AddEmailAddress(mail);
            request.CertificateExtensions.Add(alternative.Build());
        }

        using var certificate = Sign(request, -1, 1);
        using var pair = certificate.CopyWithPrivateKey(key);
        return Usable(pair);
    }

    public X509Certificate2 ClientOnly() => Issue(ClientAuthentication, ["localhost", "127.0.0.1"], -1, 1);

    public X509Certificate2 Expired() => Issue(ServerAuthentication, ["localhost", "127.0.0.1"], -10, -1);

    public X509Certificate2 NotYetValid() => Issue(ServerAuthentication, ["localhost", "127.0.0.1"], 1, 10);

    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256), ServerAuthentication, ["localhost", "127.0.0.1"]);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Usable(certificate);
    }

    /// <summary>A client certificate as PEM, with an EC or RSA key.</summary>
    public (string Certificate, string Key) ClientPem(string user, bool rsa)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA r
            ? new CertificateRequest($"CN={user}", r, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={user}", (ECDsa)key, HashAlgorithmName.SHA256);
        Request(request, ClientAuthentication, []);
        using var certificate = Sign(request, -1, 1);
        return (certificate.ExportCertificatePem(), key is RSA a ? a.ExportRSAPrivateKeyPem() : ((ECDsa)key).ExportECPrivateKeyPem());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string purpose, string[] names, int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(Request(new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256), purpose, names), from, to);
        using var pair = certificate.CopyWithPrivateKey(key);
        return Usable(pair);
    }

    private X509Certificate2 Sign(CertificateRequest request, int fromDays, int toDays) => request.Create(
        _certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(toDays), RandomNumberGenerator.GetBytes(12));

    private static CertificateRequest Request(CertificateRequest request, string purpose, string[] names)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (names.Length == 0) return request;
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternative.AddIpAddress(address);
            else alternative.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternative.Build());
        return request;
    }

    private static X509Certificate2 Usable(X509Certificate2 pair) => X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
}
