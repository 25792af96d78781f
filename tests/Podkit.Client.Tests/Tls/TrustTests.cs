using System.Security.Cryptography.X509Certificates;
using Podkit.Testing;

namespace Podkit.Client.Tests.Tls;

public sealed class TrustTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new("other-ca");

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_server_of_the_authority_and_of_that_name_is_trusted()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("""{"major":"1","minor":"34"}"""));
        using var client = Clients.For(server, _authority);
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Addresses_and_names_are_both_verified(string host)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(host), c => c.Json("""{"minor":"34"}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri($"https://{host}:{server.Port}")) { CertificateAuthorityData = _authority.Pem });
        (await client.GetVersionAsync()).Minor.ShouldBe("34");

        var otherHost = host == "localhost" ? "127.0.0.1" : "localhost";
        using var wrong = new KubernetesClient(new KubernetesClientConfiguration(new Uri($"https://{otherHost}:{server.Port}")) { CertificateAuthorityData = _authority.Pem });
        (await Should.ThrowAsync<KubernetesConnectionException>(() => wrong.GetVersionAsync())).Error.ShouldBe(KubernetesConnectionError.Untrusted);
    }

    [Fact]
    public Task A_certificate_for_another_name_is_refused() => IsRefused(_authority.Server("kubernetes.default.svc", "10.96.0.1"), "RemoteCertificateNameMismatch");

    [Fact]
    public Task A_certificate_that_names_the_host_in_its_subject_only_is_refused() => IsRefused(_authority.InSubjectOnly("localhost"), "issue it with a subjectAltName");

    [Fact]
    public Task A_subject_does_not_count_beside_a_subjectAltName_of_another_kind() => IsRefused(_authority.InSubjectOnly("localhost", "admin@example.com"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_names_the_host_in_its_subject_only_is_refused_through_a_proxy_too(bool http2)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.InSubjectOnly("localhost"), c => c.Json("{}"), http2: http2);
        using var proxy = new ConnectProxy();
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, Proxy = proxy.Address });
        var refusal = await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync());
        refusal.Error.ShouldBe(KubernetesConnectionError.Untrusted);
        refusal.Message.ShouldContain("issue it with a subjectAltName");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authority_file_without_the_root_is_told_and_one_with_it_serves()
    {
        using var intermediate = _authority.Intermediate();
        await using var server = await FakeApiServer.StartAsync(intermediate.Server(), c => c.Json("""{"minor":"34"}"""));
        using var without = Clients.For(server, intermediate);
        var refusal = await Should.ThrowAsync<KubernetesConnectionException>(() => without.GetVersionAsync());
        refusal.Error.ShouldBe(KubernetesConnectionError.Untrusted);
        refusal.Message.ShouldContain("the root, which signed itself, must be in the file too");
        (await Should.ThrowAsync<System.Security.Authentication.AuthenticationException>(() => without.ConnectAsync())).Message.ShouldContain("the root, which signed itself");

        using var with = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = intermediate.Pem + "\n" + _authority.Pem });
        (await with.GetVersionAsync()).Minor.ShouldBe("34");

        // With a root in the file, the file is not what is wrong.
        using var other = Clients.For(server, _other);
        (await Should.ThrowAsync<KubernetesConnectionException>(() => other.GetVersionAsync())).Message.ShouldNotContain("the root, which signed itself");
    }

    [Fact]
    public async Task A_host_with_a_dot_at_its_end_is_the_same_host()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server("kubernetes.default.svc"), c => c.Json("""{"minor":"34"}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, TlsServerName = "kubernetes.default.svc." });
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
    }

    [Fact]
    public Task A_certificate_of_another_authority_is_refused() => IsRefused(_other.Server());

    [Fact]
    public Task A_certificate_for_clients_only_is_refused() => IsRefused(_authority.ClientOnly(), "NotValidForUsage");

    [Fact]
    public Task An_expired_certificate_is_refused() => IsRefused(_authority.Expired(), "NotTimeValid");

    [Fact]
    public Task A_certificate_that_is_not_yet_valid_is_refused() => IsRefused(_authority.NotYetValid(), "NotTimeValid");

    [Fact]
    public Task A_self_signed_certificate_is_refused() => IsRefused(TestAuthority.SelfSigned());

    [Fact]
    public async Task The_system_authorities_do_not_count_when_an_authority_is_given_and_do_when_none_is()
    {
        // No system authority signed the test's certificate either.
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("{}"));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address));
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync())).Message.ShouldContain("the system's authorities");
    }

    [Fact]
    public async Task A_tls_server_name_takes_the_place_of_the_host()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server("kubernetes.default.svc"), c => c.Json("""{"minor":"34"}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, TlsServerName = "kubernetes.default.svc" });
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_that_is_not_trusted()
    {
        await using var server = await FakeApiServer.StartAsync(_other.Server(), c => c.Json("{}"));
        using var client = Clients.For(server, _authority);
        await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync());
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_renewed_authority_is_taken_up_by_new_connections_and_by_the_call_that_meets_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("ca.crt", _authority.Pem);
        var port = 0;
        using var client = await ClientOf(file);
        var server = await FakeApiServer.StartAsync(_other.Server(), c => c.Json("""{"minor":"35"}"""), port);
        await using (server)
        {
            await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync());
            folder.Write("ca.crt", _other.Pem);
            (await client.GetVersionAsync()).Minor.ShouldBe("35");
        }

        async Task<KubernetesClient> ClientOf(string caFile)
        {
            await using var first = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("""{"minor":"34"}"""), Ports.Steady());
            port = first.Port;
            var made = new KubernetesClient(new KubernetesClientConfiguration(first.Address) { CertificateAuthorityFile = caFile });
            (await made.GetVersionAsync()).Minor.ShouldBe("34");
            return made;
        }
    }

    [Fact]
    public async Task A_broken_authority_file_keeps_the_last_good_one_and_warns()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("ca.crt", _authority.Pem);
        var time = new ManualTime();
        var warnings = new List<string>();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("""{"minor":"34"}"""));
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration(server.Address) { CertificateAuthorityFile = file },
            new KubernetesClientOptions { TimeProvider = time, OnWarning = warnings.Add });
        await client.GetVersionAsync();

        folder.Write("ca.crt", "half a certificate");
        time.Advance(TimeSpan.FromSeconds(61));
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
        warnings.ShouldHaveSingleItem().ShouldContain(file);

        File.Delete(file);
        time.Advance(TimeSpan.FromSeconds(61));
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
        warnings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_renewed_authority_stops_the_use_of_connections_that_the_old_one_vouched_for()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("ca.crt", _authority.Pem);
        var time = new ManualTime();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("""{"minor":"34"}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityFile = file }, new KubernetesClientOptions { TimeProvider = time });
        await client.GetVersionAsync();

        folder.Write("ca.crt", _other.Pem);
        time.Advance(TimeSpan.FromSeconds(61));
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync())).Error.ShouldBe(KubernetesConnectionError.Untrusted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_certificate_is_shown_whichever_its_key_is(bool rsa)
    {
        var (certificate, key) = _authority.ClientPem("admin", rsa);
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var shown = await c.Connection.GetClientCertificateAsync();
            await c.Json($$"""{"minor":"{{shown?.GetNameInfo(X509NameType.SimpleName, false)}}"}""");
        }, clients: _authority);
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address)
        {
            CertificateAuthorityData = _authority.Pem,
            ClientCertificateData = certificate,
            ClientKeyData = key,
        });
        (await client.GetVersionAsync()).Minor.ShouldBe("admin");
    }

    [Theory]
    [InlineData("garbage", "garbage", "cannot be used")]
    [InlineData("garbage", null, "a client certificate without its key")]
    [InlineData(null, "garbage", "a client key without its certificate")]
    public async Task A_client_certificate_that_cannot_be_used_is_an_error_that_says_so(string? certificate, string? key, string said)
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri("https://localhost:1"))
        {
            CertificateAuthorityData = _authority.Pem,
            ClientCertificateData = certificate,
            ClientKeyData = key,
        });
        (await Should.ThrowAsync<KubernetesConfigurationException>(() => client.GetVersionAsync())).Message.ShouldContain(said);
    }

    private async Task IsRefused(X509Certificate2 certificate, string? because = null)
    {
        await using var server = await FakeApiServer.StartAsync(certificate, c => c.Json("{}"));
        using var client = Clients.For(server, _authority);
        var refusal = await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync());
        refusal.Error.ShouldBe(KubernetesConnectionError.Untrusted);
        if (because is not null) refusal.Message.ShouldContain(because);
        server.Requests.ShouldBeEmpty();

        // The connection that carries upgrades is as strict.
        await Should.ThrowAsync<System.Security.Authentication.AuthenticationException>(() => client.ConnectAsync());
    }
}
