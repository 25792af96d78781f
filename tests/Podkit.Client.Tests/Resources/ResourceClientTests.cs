using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.Model;
using Podkit.Model.Authorization.V1;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Resources;

public sealed class ResourceClientTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly List<string> _bodies = [];
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;
    private RequestDelegate _answer = c => c.Json(Answers.Pod("p", 1));

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            _bodies.Add($"{c.Request.ContentType} {await reader.ReadToEndAsync()}");
            await _answer(c);
        });
        _client = Clients.For(_server, _authority);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Reads_go_to_the_configured_namespace_unless_another_is_named()
    {
        (await _client.Pods.GetAsync("p")).Metadata.Name.ShouldBe("p");
        await _client.Pods.InNamespace("team").GetAsync("p");
        await _client.Nodes.GetAsync("n");
        Requests().ShouldBe(["GET /api/v1/namespaces/default/pods/p", "GET /api/v1/namespaces/team/pods/p", "GET /api/v1/nodes/n"]);
    }

    [Fact]
    public async Task A_missing_object_is_null_for_find_and_an_exception_for_get()
    {
        _answer = c => c.Status(404, "NotFound", "pods \\\"p\\\" not found", """{"name":"p","kind":"pods"}""");
        (await _client.Pods.FindAsync("p")).ShouldBeNull();
        var error = await Should.ThrowAsync<KubernetesException>(() => _client.Pods.GetAsync("p"));
        error.IsNotFound.ShouldBeTrue();
        error.Message.ShouldBe("pods \"p\" not found");
        error.Status.Details!.Kind.ShouldBe("pods");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    public async Task A_name_that_would_change_the_path_is_refused(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.GetAsync(name));
        _server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("../..")]
    [InlineData("a/b")]
    [InlineData("%2e%2e")]
    public async Task A_namespace_that_would_change_the_path_is_refused_wherever_it_comes_from(string ns)
    {
        Should.Throw<ArgumentException>(() => _client.Pods.InNamespace(ns));
        using var configured = new KubernetesClient(new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityData = _authority.Pem, Namespace = ns });
        await Should.ThrowAsync<ArgumentException>(() => configured.Pods.ListPageAsync());
        await Should.ThrowAsync<ArgumentException>(() => configured.Pods.DeleteAllAsync());
        await Should.ThrowAsync<ArgumentException>(() => configured.Pods.GetAsync("p"));
        await Should.ThrowAsync<ArgumentException>(() => configured.Pods.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "p" } }));
        await Should.ThrowAsync<ArgumentException>(async () =>
        {
            await foreach (var _ in configured.Pods.WatchAsync()) break;
        });
        if (ns.Length > 0)
        {
            var pod = new Pod { Metadata = new ObjectMeta { Name = "p", Namespace = ns } };
            await Should.ThrowAsync<ArgumentException>(() => _client.Pods.CreateAsync(pod));
            await Should.ThrowAsync<ArgumentException>(() => _client.Pods.ReplaceAsync(pod));
            await Should.ThrowAsync<ArgumentException>(() => _client.Pods.ApplyAsync(pod));
        }

        _server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../../secrets/x")]
    [InlineData("..")]
    [InlineData("status/..")]
    [InlineData("a//b")]
    [InlineData("status/")]
    [InlineData("%2e%2e")]
    public async Task A_subresource_that_would_change_the_path_is_refused(string subresource)
    {
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.GetSubresourceAsync("p", subresource));
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.PatchAsync("p", PatchType.Merge, new JsonObject(), subresource: subresource));
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subresource_is_escaped_part_by_part()
    {
        await _client.Pods.GetSubresourceAsync("p", "proxy/a?b#c");
        Requests().ShouldBe(["GET /api/v1/namespaces/default/pods/p/proxy/a%3Fb%23c"]);
    }

    [Theory]
    [InlineData("", "v1", "../secrets")]
    [InlineData("..", "v1", "pods")]
    [InlineData("", "..", "pods")]
    public async Task A_kind_that_would_change_the_path_is_refused(string group, string version, string resource)
    {
        await Should.ThrowAsync<ArgumentException>(() => _client.Resource(new ResourceKind(group, version, resource, "X")).ListPageAsync());
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lists_come_in_pages_of_500_until_there_is_no_more()
    {
        _answer = c => c.Request.Query["continue"].ToString() switch
        {
            "" => c.Json(Answers.PodList(9, "a&b", Answers.Pod("p1", 1), Answers.Pod("p2", 2))),
            _ => c.Json(Answers.PodList(9, "", Answers.Pod("p3", 3))),
        };
        var names = new List<string?>();
        await foreach (var pod in _client.Pods.InAllNamespaces().Matching("app=web,tier in (a,b)").MatchingFields("spec.nodeName=here").ListAsync()) names.Add(pod.Metadata.Name);
        names.ShouldBe(["p1", "p2", "p3"]);
        Requests().ShouldBe([
            "GET /api/v1/pods?labelSelector=app%3Dweb%2Ctier%20in%20%28a%2Cb%29&fieldSelector=spec.nodeName%3Dhere&limit=500",
            "GET /api/v1/pods?labelSelector=app%3Dweb%2Ctier%20in%20%28a%2Cb%29&fieldSelector=spec.nodeName%3Dhere&limit=500&continue=a%26b"]);
    }

    [Fact]
    public async Task A_page_that_has_expired_gives_way_to_one_full_list_without_repeating_objects()
    {
        _answer = c => c.Request.QueryString.Value switch
        {
            "?limit=500" => c.Json(Answers.PodList(9, "next", Answers.Pod("p1", 1), Answers.Pod("p2", 2))),
            "?limit=500&continue=next" => c.Status(410, "Expired", "The provided continue parameter is too old"),
            _ => c.Json(Answers.PodList(12, "", Answers.Pod("p2", 11), Answers.Pod("p3", 12))),
        };
        var names = new List<string?>();
        await foreach (var pod in _client.Pods.ListAsync()) names.Add(pod.Metadata.Name);
        names.ShouldBe(["p1", "p2", "p3"]);
        Requests().Last().ShouldBe("GET /api/v1/namespaces/default/pods");
    }

    [Fact]
    public async Task A_page_tells_the_version_and_what_remains()
    {
        _answer = c => c.Json("""{"metadata":{"resourceVersion":"7","continue":"n","remainingItemCount":3},"items":[{"metadata":{"name":"x"}}],"kind":"PodList"}""");
        var page = await _client.Pods.ListPageAsync(new ListPageOptions { Limit = 1, ResourceVersion = "0", ResourceVersionMatch = "NotOlderThan" });
        page.ResourceVersion.ShouldBe("7");
        page.Continue.ShouldBe("n");
        page.RemainingItemCount.ShouldBe(3);
        page.Items.ShouldHaveSingleItem().Kind.ShouldBe("Pod");
        Requests().ShouldBe(["GET /api/v1/namespaces/default/pods?limit=1&resourceVersion=0&resourceVersionMatch=NotOlderThan"]);
    }

    [Fact]
    public async Task Writes_send_the_object_and_return_what_the_server_keeps()
    {
        var pod = new Pod { Metadata = new ObjectMeta { Name = "p", Namespace = "team" } };
        (await _client.Pods.CreateAsync(pod, new WriteOptions { DryRun = true, FieldManager = "me", FieldValidation = "Strict" })).Metadata.ResourceVersion.ShouldBe("1");
        await _client.Pods.InNamespace("team").ReplaceAsync(pod);
        await _client.Pods.ReplaceStatusAsync(pod);
        Requests().ShouldBe([
            "POST /api/v1/namespaces/team/pods?fieldManager=me&fieldValidation=Strict&dryRun=All",
            "PUT /api/v1/namespaces/team/pods/p",
            "PUT /api/v1/namespaces/team/pods/p/status"]);
        _bodies.ShouldAllBe(b => b.StartsWith("application/json {\"apiVersion\":\"v1\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_of_another_namespace_is_refused() => (await Should.ThrowAsync<ArgumentException>(
        () => _client.Pods.InNamespace("a").CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "p", Namespace = "b" } })))
        .Message.ShouldBe("the namespace from the provided object \"b\" does not match the namespace \"a\"");

    [Theory]
    [InlineData(PatchType.Json, "application/json-patch+json", "")]
    [InlineData(PatchType.Merge, "application/merge-patch+json", "")]
    [InlineData(PatchType.StrategicMerge, "application/strategic-merge-patch+json", "")]
    [InlineData(PatchType.Apply, "application/apply-patch+yaml", "?fieldManager=podkit")]
    public async Task Patches_say_what_they_are(PatchType type, string media, string query)
    {
        await _client.Pods.PatchAsync("p", type, "{}"u8.ToArray());
        await _client.Pods.PatchStatusAsync("p", type, new JsonObject { ["status"] = new JsonObject() });
        Requests().ShouldBe([$"PATCH /api/v1/namespaces/default/pods/p{query}", $"PATCH /api/v1/namespaces/default/pods/p/status{query}"]);
        _bodies.ShouldBe([media + " {}", media + " {\"status\":{}}"]);
    }

    [Fact]
    public async Task A_deletion_returns_the_object_while_it_ends_and_null_when_it_is_gone()
    {
        (await _client.Pods.DeleteAsync("p", new DeleteOptions { GracePeriodSeconds = 5, PropagationPolicy = "Background" }))!.Metadata.Name.ShouldBe("p");
        _answer = c => c.Json("""{"kind":"Status","apiVersion":"v1","status":"Success"}""");
        (await _client.Pods.DeleteAsync("p")).ShouldBeNull();
        await _client.Pods.Matching("a=b").DeleteAllAsync();
        _bodies[0].ShouldBe("application/json {\"gracePeriodSeconds\":5,\"propagationPolicy\":\"Background\"}");
        Requests().ShouldBe(["DELETE /api/v1/namespaces/default/pods/p", "DELETE /api/v1/namespaces/default/pods/p", "DELETE /api/v1/namespaces/default/pods?labelSelector=a%3Db"]);
    }

    [Fact]
    public async Task Documents_keep_every_field()
    {
        _answer = c => c.Json("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"notInTheSchema":{"a":[1,2]}}}""");
        var pods = _client.Resource(ResourceTable.FindKind("v1", "Pod")!);
        var pod = await pods.GetAsync("p");
        pod["spec"]!["notInTheSchema"]!["a"]![1]!.GetValue<int>().ShouldBe(2);
        await pods.CreateAsync(pod);
        _bodies[1].ShouldContain("notInTheSchema");
        pod["metadata"]!["namespace"] = "team";
        await pods.ApplyAsync(pod, new WriteOptions { Force = true });
        Requests()[2].ShouldBe("PATCH /api/v1/namespaces/team/pods/p?fieldManager=podkit&force=true");
    }

    [Fact]
    public async Task Logs_stream_while_the_container_writes_them()
    {
        var more = new TaskCompletionSource();
        _answer = async c =>
        {
            await c.Line("one");
            await more.Task;
            await c.Line("two");
        };
        await using var log = await _client.Pods.GetLogAsync("p", new PodLogOptions { Container = "main", Follow = true, TailLines = 3, SinceTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) });
        using var reader = new StreamReader(log);
        (await reader.ReadLineAsync()).ShouldBe("one");
        more.SetResult();
        (await reader.ReadLineAsync()).ShouldBe("two");
        (await reader.ReadLineAsync()).ShouldBeNull();
        Requests().ShouldBe(["GET /api/v1/namespaces/default/pods/p/log?container=main&follow=true&tailLines=3&sinceTime=2026-01-02T03%3A04%3A05Z"]);
    }

    [Fact]
    public async Task Tokens_bindings_and_evictions_use_their_subresources()
    {
        _answer = c => c.Json("""{"kind":"TokenRequest","status":{"token":"abc","expirationTimestamp":"2026-01-01T00:00:00Z"}}""", 201);
        var request = await _client.ServiceAccounts.InNamespace("team").CreateTokenAsync("default", new() { Audiences = ["vault"], ExpirationSeconds = 600 });
        request.Status.Token.ShouldBe("abc");
        await _client.Pods.BindAsync("p", "here");
        await _client.Pods.EvictAsync("p");
        Requests().ShouldBe([
            "POST /api/v1/namespaces/team/serviceaccounts/default/token", "POST /api/v1/namespaces/default/pods/p/binding", "POST /api/v1/namespaces/default/pods/p/eviction"]);
        _bodies[0].ShouldContain("\"audiences\":[\"vault\"]");
        _bodies[1].ShouldContain("\"name\":\"here\"");
    }

    [Fact]
    public async Task The_caller_can_ask_who_it_is_and_what_it_may_do()
    {
        _answer = c => c.Json("""{"status":{"userInfo":{"username":"system:serviceaccount:team:default","groups":["g"]}}}""", 201);
        (await _client.WhoAmIAsync()).Username.ShouldBe("system:serviceaccount:team:default");
        _answer = c => c.Json("""{"status":{"allowed":true,"reason":"because"}}""", 201);
        (await _client.CanIAsync(new ResourceAttributes { Verb = "list", Resource = "pods" })).Allowed.ShouldBeTrue();
        (await _client.CanIAsync(new NonResourceAttributes { Verb = "get", Path = "/metrics" })).Reason.ShouldBe("because");
        _answer = c => c.Json("""{"status":{"resourceRules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}],"nonResourceRules":[],"incomplete":false}}""", 201);
        (await _client.GetMyRulesAsync("team")).ResourceRules.ShouldHaveSingleItem().Verbs.ShouldBe(["get"]);
        Requests().ShouldBe([
            "POST /apis/authentication.k8s.io/v1/selfsubjectreviews", "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews"]);
    }

    [Fact]
    public async Task Paths_that_are_no_resources_can_be_read()
    {
        _answer = c => c.Response.WriteAsync("ok");
        (await _client.GetTextAsync("/healthz?verbose")).ShouldBe("ok");
        _answer = c => c.Json("""{"kind":"APIVersions","versions":["v1"]}""");
        (await _client.GetJsonAsync("/api"))["versions"]![0]!.GetValue<string>().ShouldBe("v1");
    }

    [Fact]
    public async Task A_server_below_a_path_is_called_below_it()
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri(_server.Address, "/k8s/clusters/c-1/")) { CertificateAuthorityData = _authority.Pem });
        await client.Pods.GetAsync("p");
        Requests().ShouldBe(["GET /k8s/clusters/c-1/api/v1/namespaces/default/pods/p"]);
    }

    [Fact]
    public async Task A_large_object_arrives_whole()
    {
        var value = new string('x', 3_000_000);
        _answer = c => c.Json($$$"""{"metadata":{"name":"big"},"data":{"k":"{{{value}}}"}}""");
        (await _client.ConfigMaps.GetAsync("big")).Data!["k"].ShouldBe(value);
        await _client.ConfigMaps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "big" }, Data = new() { ["k"] = value } });
        Encoding.UTF8.GetByteCount(_bodies[1]).ShouldBeGreaterThan(3_000_000);
    }

    private List<string> Requests() => [.. _server.Requests];
}
