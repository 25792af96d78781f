using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Podkit.ApiServer.Pki;

/// <summary>
/// The certificate authority of one cluster and what it signs. Keys are ECDSA P-256: created in well under a millisecond,
/// and every TLS client that speaks to Kubernetes takes them.
/// </summary>
internal sealed class ClusterCertificates : IDisposable
{
    private const string CommonName = "kubernetes-ca";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(365);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2 authority;
    private readonly TimeProvider time;

    private ClusterCertificates(X509Certificate2 authority, TimeProvider time)
    {
        this.authority = authority;
        this.time = time;
        AuthorityPem = KeyPairCertificate.Pem("CERTIFICATE", authority.RawDataMemory.Span);
    }

    /// <summary>The authority's certificate, as PEM: <c>ca.crt</c>.</summary>
    public string AuthorityPem { get; }

    /// <summary>The authority's certificate with its key.</summary>
    internal X509Certificate2 Authority => authority;

    /// <summary>A new authority.</summary>
    public static ClusterCertificates Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(Name(CommonName, []), key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, false);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        var from = Start(time);
        using var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, from + AuthorityLife, SerialNumber());
        return new ClusterCertificates(certificate.CopyWithPrivateKey(key), time);
    }

    /// <summary>An authority that exists already.</summary>
    /// <exception cref="CryptographicException">It is no certificate with its ECDSA key, or no authority's.</exception>
    public static ClusterCertificates Load(KeyPairCertificate authority, TimeProvider time)
    {
        var certificate = authority.ToCertificate();
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority)) return new ClusterCertificates(certificate, time);
        certificate.Dispose();
        throw new CryptographicException("the certificate is not that of a certificate authority (basicConstraints CA:TRUE is missing)");
    }

    /// <summary>The authority with its key, to be loaded again later. It is secret.</summary>
    public KeyPairCertificate Export()
    {
        using var key = authority.GetECDsaPrivateKey()!;
        return KeyPairCertificate.Of(authority, key);
    }

    /// <summary>A serving certificate for the API server: the names by which a cluster knows it, this machine's loopback and <paramref name="additional"/>.</summary>
    /// <param name="serviceAddress">The cluster IP of the Service <c>default/kubernetes</c>.</param>
    /// <param name="additional">More DNS names and IP addresses.</param>
    public X509Certificate2 CreateServing(IPAddress serviceAddress, IEnumerable<string> additional)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in ServingNames(serviceAddress, additional))
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        return CreateLeaf(Name("kube-apiserver", []), ServerAuthentication, names.Build(), static (certificate, key) => certificate.CopyWithPrivateKey(key));
    }

    /// <summary>A client certificate: the user is its common name, the groups are its organisations.</summary>
    public KeyPairCertificate CreateClient(string user, params IReadOnlyList<string> groups) =>
        CreateLeaf(Name(user, groups), ClientAuthentication, null, KeyPairCertificate.Of);

    /// <summary>The policy that client certificates are checked by: signed by this authority, for client authentication, valid at this time.</summary>
    public X509ChainPolicy ClientPolicy() => Policy(ClientAuthentication);

    /// <inheritdoc/>
    public void Dispose() => authority.Dispose();

    internal X509ChainPolicy Policy(Oid usage)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(usage);
        return policy;
    }

    private static IEnumerable<string> ServingNames(IPAddress serviceAddress, IEnumerable<string> additional) =>
        new[]
        {
            "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
            IPAddress.Loopback.ToString(), IPAddress.IPv6Loopback.ToString(), serviceAddress.ToString(),
        }.Concat(additional).Distinct(StringComparer.OrdinalIgnoreCase);

    private T CreateLeaf<T>(X500DistinguishedName subject, Oid usage, X509Extension? names, Func<X509Certificate2, ECDsa, T> complete)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([usage], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null) request.CertificateExtensions.Add(names);

        var from = Later(Start(time), authority.NotBefore);
        using var signer = authority.GetECDsaPrivateKey()!;
        using var certificate = request.Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, Earlier(from + LeafLife, authority.NotAfter), SerialNumber());
        return complete(certificate, key);
    }

    private static CertificateRequest Request(X500DistinguishedName subject, ECDsa key) => new(subject, key, HashAlgorithmName.SHA256);

    private static X500DistinguishedName Name(string commonName, IReadOnlyList<string> organisations)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        for (var i = organisations.Count - 1; i >= 0; i--) builder.AddOrganizationName(organisations[i]);
        return builder.Build();
    }

    /// <summary>A little in the past, so that a peer whose clock is behind takes it.</summary>
    private static DateTimeOffset Start(TimeProvider time) => DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() - ClockSkew).ToUnixTimeSeconds());

    private static DateTimeOffset Later(DateTimeOffset a, DateTime b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTime b) => a < b ? a : b;

    /// <summary>126 random bits, positive and never zero.</summary>
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }
}
