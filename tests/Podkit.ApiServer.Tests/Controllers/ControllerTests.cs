using System.Net;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Tests.Hosting;

namespace Podkit.ApiServer.Tests.Controllers;

public sealed class ControllerTests : IAsyncLifetime
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_new_namespace_has_its_service_account_and_authority_at_once()
    {
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"n"}}""");

        (await server.SendAsync("GET", "/api/v1/namespaces/n/serviceaccounts/default")).Code.ShouldBe(HttpStatusCode.OK);
        var (_, authority) = await server.SendAsync("GET", "/api/v1/namespaces/n/configmaps/kube-root-ca.crt");
        authority["data"]!["ca.crt"]!.GetValue<string>().ShouldBe(server.Server.CertificateAuthority);
    }

    [Fact]
    public async Task A_deleted_namespace_takes_everything_in_it_along()
    {
        await server.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"n"}}""");
        await server.SendAsync("POST", "/api/v1/namespaces/n/configmaps", """{"metadata":{"name":"c"}}""");
        using var namespaces = await server.OpenAsync("/api/v1/namespaces?watch=1&fieldSelector=metadata.name%3Dn");

        var (_, terminating) = await server.SendAsync("DELETE", "/api/v1/namespaces/n");

        terminating["status"]!["phase"]!.GetValue<string>().ShouldBe("Terminating");
        await GoneAsync(namespaces);
        (await server.SendAsync("GET", "/api/v1/namespaces/n/configmaps")).Body["items"]!.AsArray().ShouldBeEmpty();
        (await server.SendAsync("GET", "/api/v1/namespaces/n")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_a_deleted_object_owned_is_deleted()
    {
        await ChainAsync();
        using var watch = await server.OpenAsync($"{ConfigMaps}?watch=1&fieldSelector=metadata.name%3Dgrandchild");

        await server.SendAsync("DELETE", $"{ConfigMaps}/owner");

        await GoneAsync(watch);
    }

    [Fact]
    public async Task An_owner_deleted_in_the_foreground_goes_after_what_blocks_it()
    {
        await ChainAsync();
        using var watch = await server.OpenAsync($"{ConfigMaps}?watch=1&fieldSelector=metadata.name%3Downer");

        await server.SendAsync("DELETE", $"{ConfigMaps}/owner?propagationPolicy=Foreground");

        await GoneAsync(watch);
        (await server.SendAsync("GET", $"{ConfigMaps}/child")).Code.ShouldBe(HttpStatusCode.NotFound);
        (await server.SendAsync("GET", $"{ConfigMaps}/grandchild")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_orphaned_stays_without_its_owner()
    {
        await ChainAsync();
        using var watch = await server.OpenAsync($"{ConfigMaps}?watch=1&fieldSelector=metadata.name%3Downer");

        await server.SendAsync("DELETE", $"{ConfigMaps}/owner?propagationPolicy=Orphan");

        await GoneAsync(watch);
        var (code, child) = await server.SendAsync("GET", $"{ConfigMaps}/child");
        code.ShouldBe(HttpStatusCode.OK);
        child["metadata"]!["ownerReferences"].ShouldBeNull();
    }

    private async Task ChainAsync()
    {
        var owner = await CreateAsync("owner", null);
        var child = await CreateAsync("child", ("owner", owner));
        await CreateAsync("grandchild", ("child", child));
    }

    private async Task<string> CreateAsync(string name, (string Name, string Uid)? owner)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (owner is { } o) metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = o.Name, ["uid"] = o.Uid, ["blockOwnerDeletion"] = true });
        var (_, body) = await server.SendAsync("POST", ConfigMaps, new JsonObject { ["metadata"] = metadata }.ToJsonString());
        return body["metadata"]!["uid"]!.GetValue<string>();
    }

    private static async Task GoneAsync(StreamReader watch)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (JsonNode.Parse((await watch.ReadLineAsync(patience.Token))!)!["type"]!.GetValue<string>() != "DELETED")
        {
            // Whatever happens to it before it goes.
        }
    }
}
