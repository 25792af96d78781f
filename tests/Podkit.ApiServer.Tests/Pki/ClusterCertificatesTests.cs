using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Podkit.ApiServer.Pki;
using Podkit.ApiServer.Tests.Authentication;

namespace Podkit.ApiServer.Tests.Pki;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class ClusterCertificatesTests
{
    private readonly ManualTime time = new(ManualTime.Noon);

    [Fact]
    public void The_authority_is_one_that_strict_verifiers_accept()
    {
        using var certificates = ClusterCertificates.Create(time);
        using var authority = X509Certificate2.CreateFromPem(certificates.AuthorityPem);
        var constraints = authority.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        (constraints.CertificateAuthority, constraints.Critical, constraints.PathLengthConstraint).ShouldBe((true, true, 0));
        var usage = authority.Extensions.OfType<X509KeyUsageExtension>().Single();
        usage.Critical.ShouldBeTrue();
        usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign).ShouldBeTrue();
        var identifier = authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes;
        authority.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span.SequenceEqual(identifier.Span).ShouldBeTrue();
        authority.NotBefore.ToUniversalTime().ShouldBe(time.Now.UtcDateTime.AddMinutes(-5));
        authority.Version.ShouldBe(3);
    }

    [Fact]
    public void The_serving_certificate_has_all_names_of_the_server()
    {
        using var certificates = ClusterCertificates.Create(time);
        using var serving = certificates.CreateServing(IPAddress.Parse("127.96.0.1"), ["dev.example.com", "192.0.2.7", "localhost"]);
        var names = serving.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        names.EnumerateDnsNames().ShouldBe(["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "dev.example.com"]);
        names.EnumerateIPAddresses().Select(a => a.ToString()).ShouldBe(["127.0.0.1", "::1", "127.96.0.1", "192.0.2.7"]);
        serving.HasPrivateKey.ShouldBeTrue();
        serving.MatchesHostname("kubernetes.default.svc").ShouldBeTrue();
        serving.MatchesHostname("kubernetes.io").ShouldBeFalse();
        CheckLeaf(certificates, serving, "1.3.6.1.5.5.7.3.1");
    }

    [Fact]
    public void A_client_certificate_is_for_clients()
    {
        using var certificates = ClusterCertificates.Create(time);
        using var client = certificates.CreateClient("u", "g").ToCertificate();
        CheckLeaf(certificates, client, "1.3.6.1.5.5.7.3.2");
        Builds(client, certificates.Policy(new Oid("1.3.6.1.5.5.7.3.1"))).ShouldBeFalse();
        using var other = ClusterCertificates.Create(time);
        Builds(client, other.ClientPolicy()).ShouldBeFalse();
        time.Now += TimeSpan.FromDays(400);
        Builds(client, certificates.ClientPolicy()).ShouldBeFalse();
    }

    [Fact]
    public void No_two_certificates_have_one_serial_number()
    {
        using var certificates = ClusterCertificates.Create(time);
        var numbers = Enumerable.Range(0, 20).Select(_ =>
        {
            using var client = certificates.CreateClient("u").ToCertificate();
            (client.SerialNumberBytes.Length <= 20 && client.SerialNumberBytes.Span[0] is > 0 and < 0x80).ShouldBeTrue();
            return client.SerialNumber;
        }).ToHashSet();
        numbers.Count.ShouldBe(20);
    }

    [Fact]
    public void An_authority_ends_before_none_of_its_certificates()
    {
        using var certificates = ClusterCertificates.Create(time);
        time.Now += TimeSpan.FromDays(3600);
        using var client = certificates.CreateClient("u").ToCertificate();
        client.NotAfter.ShouldBe(certificates.Authority.NotAfter);
    }

    [Fact]
    public async Task An_authority_can_be_kept_in_a_directory()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"podkit-pki-{Guid.NewGuid():N}");
        try
        {
            (await CertificateDirectory.LoadAsync(directory, time, default)).ShouldBeNull();
            using var certificates = ClusterCertificates.Create(time);
            await CertificateDirectory.SaveAsync(directory, certificates, default);
            using var loaded = (await CertificateDirectory.LoadAsync(directory, time, default)).ShouldNotBeNull();
            loaded.AuthorityPem.ShouldBe(certificates.AuthorityPem);
            using var client = loaded.CreateClient("u").ToCertificate();
            Builds(client, certificates.ClientPolicy()).ShouldBeTrue();
            File.GetUnixFileMode(Path.Combine(directory, "ca.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Directory.GetFiles(directory).Select(Path.GetFileName).Order().ShouldBe(["ca.crt", "ca.key"]);

            await File.WriteAllTextAsync(Path.Combine(directory, "ca.key"), "no key");
            (await Should.ThrowAsync<CryptographicException>(() => CertificateDirectory.LoadAsync(directory, time, default))).Message.ShouldContain(Path.Combine(directory, "ca.key"));
        }
        finally
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, true);
        }
    }

    [Fact]
    public void A_leaf_is_no_authority()
    {
        using var certificates = ClusterCertificates.Create(time);
        Should.Throw<CryptographicException>(() => ClusterCertificates.Load(certificates.CreateClient("u"), time)).Message.ShouldContain("CA:TRUE");
    }

    [Fact]
    public void The_text_of_a_key_pair_is_not_its_key() => ClusterCertificates.Create(time).CreateClient("u").ToString().ShouldBe("KeyPairCertificate");

    [Fact]
    public async Task A_kubeconfig_is_the_owners_alone_and_replaced_whole()
    {
        var file = Path.Combine(Path.GetTempPath(), $"podkit-{Guid.NewGuid():N}.kubeconfig");
        try
        {
            using var certificates = ClusterCertificates.Create(time);
            var text = KubeconfigFile.Render(new Uri("https://127.0.0.1:6443"), certificates.AuthorityPem, "kubernetes-admin", certificates.CreateClient("kubernetes-admin", "system:masters"));
            await File.WriteAllTextAsync(file, "old");
            await KubeconfigFile.WriteAsync(file, text);
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (await File.ReadAllTextAsync(file)).ShouldBe(text);
            Directory.GetFiles(Path.GetTempPath(), $".{Path.GetFileName(file)}*").ShouldBeEmpty();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_kubeconfig_holds_what_a_client_needs()
    {
        using var certificates = ClusterCertificates.Create(time);
        var client = certificates.CreateClient("system:node:\"n\"", "system:nodes");
        var root = Model.Yaml.YamlDocuments.Parse(KubeconfigFile.Render(new Uri("https://127.0.0.1:6443"), certificates.AuthorityPem, "system:node:\"n\"", client), "kubeconfig").Single().Root!;
        root["clusters"]![0]!["cluster"]!["server"]!.ToString().ShouldBe("https://127.0.0.1:6443");
        Decode(root["clusters"]![0]!["cluster"]!["certificate-authority-data"]!.ToString()).ShouldBe(certificates.AuthorityPem);
        Decode(root["users"]![0]!["user"]!["client-key-data"]!.ToString()).ShouldBe(client.KeyPem);
        root["users"]![0]!["name"]!.ToString().ShouldBe("system:node:\"n\"");
        root["contexts"]![0]!["context"]!["user"]!.ToString().ShouldBe("system:node:\"n\"");
        root["current-context"]!.ToString().ShouldBe(root["contexts"]![0]!["name"]!.ToString());
    }

    private static string Decode(string data) => Encoding.UTF8.GetString(Convert.FromBase64String(data));

    private static void CheckLeaf(ClusterCertificates certificates, X509Certificate2 leaf, string usage)
    {
        leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority.ShouldBeFalse();
        leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages.ShouldBe(X509KeyUsageFlags.DigitalSignature);
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value).ShouldBe([usage]);
        leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Count().ShouldBe(1);
        Regex.IsMatch(leaf.Subject, "CN=").ShouldBeTrue();
        Builds(leaf, certificates.Policy(new Oid(usage))).ShouldBeTrue();
    }

    private static bool Builds(X509Certificate2 certificate, X509ChainPolicy policy)
    {
        using var chain = new X509Chain { ChainPolicy = policy };
        return chain.Build(certificate);
    }
}
