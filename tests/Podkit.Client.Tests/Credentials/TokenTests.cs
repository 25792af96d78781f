using System.Net;
using Podkit.Testing;

namespace Podkit.Client.Tests.Credentials;

public sealed class TokenTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _warnings = [];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_token_file_is_read_again_after_a_minute_and_not_before()
    {
        var seen = new List<string>();
        await using var server = await Server(seen);
        _folder.Write("token", " one \n");
        using var client = Client(server);
        await client.GetVersionAsync();
        _folder.Write("token", "two");
        _time.Advance(TimeSpan.FromSeconds(59));
        await client.GetVersionAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await client.GetVersionAsync();
        seen.ShouldBe(["Bearer one", "Bearer one", "Bearer two"]);
    }

    [Fact]
    public async Task A_refused_token_is_read_again_and_the_call_sent_once_more_with_its_body()
    {
        var bodies = new List<string>();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            if (c.Request.Headers.Authorization == "Bearer new") await c.Json("""{"metadata":{"name":"made"}}""", 201);
            else await c.Status(401, "Unauthorized", "Unauthorized");
        });
        _folder.Write("token", "old");
        using var client = Client(server);
        await client.GetTokenAsync();
        _folder.Write("token", "new");
        var made = await client.ConfigMaps.CreateAsync(new Model.Core.V1.ConfigMap { Metadata = new() { Name = "made" } });
        made.Metadata.Name.ShouldBe("made");
        bodies.Count.ShouldBe(2);
        bodies[0].ShouldContain("\"made\"");
        bodies[1].ShouldBe(bodies[0]);
    }

    [Fact]
    public async Task A_refused_token_that_has_not_changed_is_not_sent_again()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Status(401, "Unauthorized", "Unauthorized"));
        _folder.Write("token", "same");
        using var client = Client(server);
        (await Should.ThrowAsync<KubernetesException>(() => client.GetVersionAsync())).IsUnauthorized.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("two\nlines")]
    [InlineData("not ascii é")]
    public async Task A_bad_token_file_keeps_the_last_good_token_and_warns_without_showing_it(string bad)
    {
        var seen = new List<string>();
        await using var server = await Server(seen);
        _folder.Write("token", "good");
        using var client = Client(server);
        await client.GetVersionAsync();
        _folder.Write("token", bad);
        _time.Advance(TimeSpan.FromSeconds(61));
        await client.GetVersionAsync();
        seen.ShouldBe(["Bearer good", "Bearer good"]);
        _warnings.ShouldHaveSingleItem().ShouldContain("the last good token stays");
        _warnings[0].ShouldNotContain("lines");
    }

    [Fact]
    public async Task A_token_file_that_vanishes_keeps_the_last_good_token()
    {
        var seen = new List<string>();
        await using var server = await Server(seen);
        var file = _folder.Write("token", "good");
        using var client = Client(server);
        await client.GetVersionAsync();
        File.Delete(file);
        _time.Advance(TimeSpan.FromSeconds(61));
        await client.GetVersionAsync();
        seen.ShouldBe(["Bearer good", "Bearer good"]);
    }

    [Fact]
    public async Task An_empty_token_file_at_the_beginning_is_an_error_that_names_it()
    {
        await using var server = await Server([]);
        var file = _folder.Write("token", "\n");
        using var client = Client(server);
        (await Should.ThrowAsync<KubernetesConfigurationException>(() => client.GetVersionAsync())).Message.ShouldBe($"the token file {file} cannot be used: it is empty");
    }

    [Fact]
    public async Task A_token_is_never_sent_without_tls()
    {
        var seen = new List<string>();
        await using var server = await FakeApiServer.StartAsync(null, c =>
        {
            seen.Add(c.Request.Headers.Authorization.ToString());
            return c.Json("{}");
        });
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri($"http://localhost:{server.Port}")) { Token = "secret-token" });
        await client.GetVersionAsync();
        seen.ShouldBe([""]);
        (await client.GetTokenAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_that_no_other_server_sees_the_token()
    {
        await using var other = await Server([]);
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            c.Response.Redirect($"{other.Address}version");
            return Task.CompletedTask;
        });
        using var client = Clients.For(server, _authority);
        (await Should.ThrowAsync<KubernetesException>(() => client.GetVersionAsync())).Code.ShouldBe(302);
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_calls_at_once_survive_a_rotation()
    {
        var valid = "first";
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
            c.Request.Headers.Authorization == $"Bearer {Volatile.Read(ref valid)}" ? c.Json("""{"minor":"34"}""") : c.Status(401, "Unauthorized", "Unauthorized"));
        _folder.Write("token", "first");
        using var client = Client(server);
        await client.GetVersionAsync();
        _folder.Write("token", "second");
        Volatile.Write(ref valid, "second");
        var versions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetVersionAsync()));
        versions.ShouldAllBe(v => v.Minor == "34");
    }

    [Fact]
    public async Task A_forwarding_handler_authenticates_and_sends_again_what_can_be_sent_again()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
            c.Request.Headers.Authorization == "Bearer new" ? c.Json("{}") : c.Status(401, "Unauthorized", "Unauthorized"));
        _folder.Write("token", "old");
        using var client = Client(server);
        await client.GetTokenAsync();
        _folder.Write("token", "new");
        using var handler = new HttpMessageInvoker(client.CreateHandler());
        using var streamed = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/x")) { Content = new StreamContent(new MemoryStream([1])) };
        using var refused = await handler.SendAsync(streamed, default);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var plain = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/x"));
        using var answered = await handler.SendAsync(plain, default);
        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<FakeApiServer> Server(List<string> seen) => FakeApiServer.StartAsync(_authority.Server(), c =>
    {
        seen.Add(c.Request.Headers.Authorization.ToString());
        return c.Json("{}");
    });

    private KubernetesClient Client(FakeApiServer server) => new(
        new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, TokenFile = Path.Combine(_folder.Path, "token") },
        new KubernetesClientOptions { TimeProvider = _time, OnWarning = _warnings.Add });
}
