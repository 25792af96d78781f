using System.Net;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Tests.Hosting;

namespace Podkit.ApiServer.Tests.Watching;

public sealed class WatchTests : IAsyncLifetime
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.StartAsync(new ApiServerOptions { HistoryLimit = 50 });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_watch_sees_writes_as_they_happen()
    {
        var version = await VersionAsync();
        using var stream = await server.OpenAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");

        await CreateAsync("a");
        (await NextAsync(stream))["type"]!.GetValue<string>().ShouldBe("ADDED");
        await server.SendAsync("PATCH", $"{ConfigMaps}/a", """{"data":{"k":"2"}}""", "application/merge-patch+json");
        var modified = await NextAsync(stream);
        modified["type"]!.GetValue<string>().ShouldBe("MODIFIED");
        modified["object"]!["data"]!["k"]!.GetValue<string>().ShouldBe("2");
        await server.SendAsync("DELETE", $"{ConfigMaps}/a");
        (await NextAsync(stream))["type"]!.GetValue<string>().ShouldBe("DELETED");
    }

    [Fact]
    public async Task A_watch_from_an_expired_version_gets_an_error_event_with_410()
    {
        var version = await VersionAsync();
        for (var i = 0; i < 60; i++) await CreateAsync($"c{i}");

        using var stream = await server.OpenAsync($"{ConfigMaps}?watch=1&resourceVersion={version}");

        var error = await NextAsync(stream);
        error["type"]!.GetValue<string>().ShouldBe("ERROR");
        error["object"]!["code"]!.GetValue<int>().ShouldBe(410);
        error["object"]!["reason"]!.GetValue<string>().ShouldBe("Expired");
        (await stream.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_watch_from_a_version_of_the_future_is_refused()
    {
        var (code, body) = await server.SendAsync("GET", $"{ConfigMaps}?watch=1&resourceVersion=99999999");

        code.ShouldBe(HttpStatusCode.GatewayTimeout);
        body["details"]!["causes"]![0]!["reason"]!.GetValue<string>().ShouldBe("ResourceVersionTooLarge");
    }

    [Fact]
    public async Task A_list_that_goes_on_sees_the_state_that_it_began_with()
    {
        foreach (var name in new[] { "a", "b", "c" }) await CreateAsync(name);
        var (_, first) = await server.SendAsync("GET", $"{ConfigMaps}?limit=1");
        await server.SendAsync("DELETE", $"{ConfigMaps}/b");

        var (_, rest) = await server.SendAsync("GET", $"{ConfigMaps}?limit=10&continue={first["metadata"]!["continue"]}");

        rest["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.GetValue<string>()).ShouldBe(["b", "c", "kube-root-ca.crt"]);
        rest["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe(first["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_stopping_server_ends_its_watches()
    {
        var stopping = await TestServer.StartAsync();
        using var stream = await stopping.OpenAsync($"{ConfigMaps}?watch=1&resourceVersion=0&labelSelector=none=such");

        await stopping.DisposeAsync();

        (await stream.ReadToEndAsync()).ShouldBeEmpty();
    }

    private async Task<string> VersionAsync() => (await server.SendAsync("GET", ConfigMaps)).Body["metadata"]!["resourceVersion"]!.GetValue<string>();

    private Task<(HttpStatusCode Code, JsonObject Body)> CreateAsync(string name) =>
        server.SendAsync("POST", ConfigMaps, $$"""{"apiVersion":"v1","kind":"ConfigMap","data":{"k":"1"},"metadata":{"name":"{{name}}" } }""");

    private static async Task<JsonObject> NextAsync(StreamReader stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return JsonNode.Parse((await stream.ReadLineAsync(patience.Token))!)!.AsObject();
    }
}
