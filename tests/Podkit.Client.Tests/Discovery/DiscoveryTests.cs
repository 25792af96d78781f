using Microsoft.AspNetCore.Http;
using Podkit.Testing;

namespace Podkit.Client.Tests.Discovery;

public sealed class DiscoveryTests : IAsyncLifetime
{
    private const string Core = """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[
          {"resource":"pods","responseKind":{"group":"","version":"v1","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get","list"],"shortNames":["po"],"categories":["all"],
           "subresources":[{"subresource":"eviction","responseKind":{"group":"policy","version":"v1","kind":"Eviction"},"verbs":["create"]}]},
          {"resource":"nodes","responseKind":{"group":"","version":"v1","kind":"Node"},"scope":"Cluster","singularResource":"node","verbs":["get"],"shortNames":["no"]}]}]}]}
        """;

    private const string Groups = """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[
          {"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment","verbs":["get"],"shortNames":["deploy"]}]}]},
          {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[
            {"resource":"pods","responseKind":{"group":"metrics.k8s.io","version":"v1beta1","kind":"PodMetrics"},"scope":"Namespaced","singularResource":"","verbs":["get"]}]}]}%EXTRA%]}
        """;

    private const string Widgets = """
        ,{"metadata":{"name":"example.com"},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"widgets","responseKind":{"group":"example.com","version":"v1","kind":"Widget"},"scope":"Namespaced","singularResource":"widget","verbs":["get"]}]}]}
        """;

    private readonly TestAuthority _authority = new();
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;
    private string _extra = "";
    private Func<HttpContext, Task>? _answer;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_authority.Server(), c => _answer is not null ? _answer(c) : c.Request.Path.Value switch
        {
            "/api" => c.Json(Core),
            "/apis" => c.Json(Groups.Replace("%EXTRA%", _extra, StringComparison.Ordinal)),
            _ => c.Json("""{"kind":"X","metadata":{"name":"x"}}"""),
        });
        _client = Clients.For(_server, _authority);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("pods", "v1/pods")]
    [InlineData("pod", "v1/pods")]
    [InlineData("po", "v1/pods")]
    [InlineData("Pod", "v1/pods")]
    [InlineData("PODS", "v1/pods")]
    [InlineData("pods.v1", "v1/pods")]
    [InlineData("v1/pods", "v1/pods")]
    [InlineData("deploy", "apps/v1/deployments")]
    [InlineData("deployments.apps", "apps/v1/deployments")]
    [InlineData("deployment.v1.apps", "apps/v1/deployments")]
    [InlineData("Deployment.apps", "apps/v1/deployments")]
    [InlineData("apps/v1/Deployment", "apps/v1/deployments")]
    [InlineData("pods.metrics.k8s.io", "metrics.k8s.io/v1beta1/pods")]
    [InlineData("pods.v1beta1.metrics.k8s.io", "metrics.k8s.io/v1beta1/pods")]
    [InlineData("podmetrics", "metrics.k8s.io/v1beta1/pods")]
    public async Task Resources_are_found_by_the_names_that_kubectl_takes(string name, string found)
    {
        var kind = (await _client.Discovery.FindAsync(name)).ShouldNotBeNull();
        $"{kind.ApiVersion}/{kind.Resource}".ShouldBe(found);
    }

    [Fact]
    public async Task Two_requests_tell_everything_and_are_kept()
    {
        var all = await _client.Discovery.ListAsync();
        all.Select(r => r.QualifiedResource).ShouldBe(["pods", "nodes", "deployments.apps", "pods.metrics.k8s.io"]);
        all[0].Namespaced.ShouldBeTrue();
        all[1].Namespaced.ShouldBeFalse();
        all[0].Subresources.ShouldHaveSingleItem().Kind.ShouldBe("Eviction");
        (await _client.Discovery.ListFailuresAsync()).Keys.ShouldBe(["metrics.k8s.io/v1beta1"]);
        await _client.Discovery.FindKindAsync("apps/v1", "Deployment");
        _server.Requests.ShouldBe(["GET /api", "GET /apis"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_kind_that_is_new_is_found_although_the_cache_does_not_know_it()
    {
        await _client.Discovery.ListAsync();
        _extra = Widgets;
        var widgets = await _client.ResourceAsync("example.com/v1", "Widget");
        await widgets.InNamespace("shop").GetAsync("x");
        _server.Requests.Count.ShouldBe(5);
        _server.Requests.Last().ShouldBe("GET /apis/example.com/v1/namespaces/shop/widgets/x");
    }

    [Fact]
    public async Task A_kind_that_the_server_does_not_have_is_not_found()
    {
        (await _client.Discovery.FindAsync("nothing")).ShouldBeNull();
        _server.Requests.Count.ShouldBe(2);
        (await Should.ThrowAsync<KubernetesException>(() => _client.ResourceAsync("nothing"))).Message.ShouldBe("the server doesn't have a resource type \"nothing\"");
        var error = await Should.ThrowAsync<KubernetesException>(() => _client.ResourceAsync("example.com/v1", "Widget"));
        error.IsNotFound.ShouldBeTrue();
        error.Message.ShouldBe("no matches for kind \"Widget\" in version \"example.com/v1\"");
    }

    [Fact]
    public async Task A_server_without_aggregated_discovery_is_asked_group_by_group()
    {
        _answer = c => c.Request.Path.Value switch
        {
            "/api" => c.Json("""{"kind":"APIVersions","versions":["v1"]}"""),
            "/apis" => c.Json("""
                {"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1beta1","version":"v1beta1"},{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},
                 {"name":"down.io","versions":[{"groupVersion":"down.io/v1","version":"v1"}]}]}
                """),
            "/api/v1" => c.Json("""{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get"],"shortNames":["po"]},{"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}]}"""),
            "/apis/apps/v1" or "/apis/apps/v1beta1" => c.Json("""{"kind":"APIResourceList","resources":[{"name":"deployments","singularName":"","namespaced":true,"kind":"Deployment","verbs":["get"]},{"name":"deployments/scale","group":"autoscaling","version":"v1","namespaced":true,"kind":"Scale","verbs":["get"]}]}"""),
            _ => c.Status(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
        };
        var deployments = (await _client.Discovery.FindAsync("deployment")).ShouldNotBeNull();
        deployments.ApiVersion.ShouldBe("apps/v1");
        deployments.Subresources.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Name.ShouldBe("scale"), s => s.Group.ShouldBe("autoscaling"));
        (await _client.Discovery.FindAsync("deployments.v1beta1.apps"))!.Version.ShouldBe("v1beta1");
        (await _client.Discovery.ListAsync())[0].Subresources.ShouldHaveSingleItem().Name.ShouldBe("log");
        (await _client.Discovery.ListFailuresAsync())["down.io/v1"].ShouldContain("currently unable");
    }

    [Fact]
    public async Task What_is_known_is_read_again_after_ten_minutes_and_when_it_is_invalidated()
    {
        var time = new ManualTime();
        using var client = Clients.For(_server, _authority, options: new KubernetesClientOptions { TimeProvider = time });
        await client.Discovery.ListAsync();
        time.Advance(TimeSpan.FromMinutes(9));
        await client.Discovery.ListAsync();
        _server.Requests.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromMinutes(1));
        await client.Discovery.ListAsync();
        _server.Requests.Count.ShouldBe(4);
        client.Discovery.Invalidate();
        await client.Discovery.ListAsync();
        _server.Requests.Count.ShouldBe(6);
    }
}
