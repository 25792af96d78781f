using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>What is refused before a connection is upgraded, and how.</summary>
public sealed class ExecRefusalTests : IAsyncLifetime
{
    private const string Rest = "&stdout=true";
    private StreamingServer server = null!;

    public async Task InitializeAsync() => server = await StreamingServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("nope/exec?command=ls", 404, "pods \"nope\" not found")]
    [InlineData("two/exec?command=ls", 400, "a container name must be specified for pod two, choose one of: [main asleep]")]
    [InlineData("two/attach?stdin=true", 400, "a container name must be specified for pod two, choose one of: [main asleep]")]
    [InlineData("one/exec?command=ls&container=other", 400, "container other is not valid for pod one")]
    [InlineData("nowhere/exec?command=ls", 400, "pod nowhere does not have a host assigned")]
    [InlineData("two/exec?command=ls&container=asleep", 500, "Internal error occurred: unable to upgrade connection: container not found (\"asleep\")")]
    [InlineData("one/exec?container=main", 400, "you must specify at least one command for the container")]
    [InlineData("one/exec?command=a%00b", 400, "a word of the command holds a NUL character")]
    public async Task What_cannot_be_run_is_told_in_Kubernetes_words(string path, int code, string message)
    {
        var status = await server.RefusedAsync("GET", $"{StreamingServer.Pods}/{path}{Rest}");
        (Number(status, "code"), Text(status, "message")).ShouldBe((code, message));
    }

    [Fact]
    public async Task A_command_without_any_stream_is_refused() =>
        Text(await server.RefusedAsync("GET", $"{StreamingServer.Pods}/one/exec?command=ls&stdout=false"), "message").ShouldBe("you must specify at least 1 of stdin, stdout, stderr");

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_request_that_upgrades_nothing_is_refused(string method)
    {
        var status = await server.RefusedAsync(method, $"{StreamingServer.Pods}/one/exec?command=ls{Rest}", upgrade: null);
        (Number(status, "code"), Text(status, "reason"), Text(status, "message")).ShouldBe((400, "BadRequest", "Upgrade request required"));
    }

    [Fact]
    public async Task A_client_that_has_only_SPDY_is_told_what_it_needs()
    {
        var status = await server.RefusedAsync("POST", $"{StreamingServer.Pods}/one/exec?command=ls{Rest}", upgrade: "SPDY/3.1");
        Number(status, "code").ShouldBe(400);
        Text(status, "message").ShouldBe("this server upgrades connections to WebSocket only, not to \"SPDY/3.1\": use kubectl 1.30 or later, or another client that speaks v5.channel.k8s.io, v4.channel.k8s.io");
    }

    [Theory]
    [InlineData("v1.channel.k8s.io, other", "Sec-WebSocket-Protocol \"v1.channel.k8s.io, other\" is not supported; supported: v5.channel.k8s.io, v4.channel.k8s.io")]
    [InlineData(null, "Sec-WebSocket-Protocol is missing; supported: v5.channel.k8s.io, v4.channel.k8s.io")]
    public async Task Other_protocols_are_refused_with_those_that_there_are(string? protocol, string message) =>
        Text(await server.RefusedAsync("GET", $"{StreamingServer.Pods}/one/exec?command=ls{Rest}", protocol: protocol), "message").ShouldBe(message);

    [Theory]
    [InlineData("Sec-WebSocket-Key", "short")]
    [InlineData("Sec-WebSocket-Version", "8")]
    public async Task A_handshake_that_is_none_is_refused(string header, string value)
    {
        var status = await server.RefusedAsync("GET", $"{StreamingServer.Pods}/one/exec?command=ls{Rest}", more: r =>
        {
            r.Headers.Remove(header);
            r.Headers.TryAddWithoutValidation(header, value);
        });
        Text(status, "message").ShouldContain(header);
    }

    [Theory]
    [InlineData("GET", "exec", "get")]
    [InlineData("POST", "exec", "create")]
    [InlineData("GET", "attach", "get")]
    [InlineData("GET", "portforward", "get")]
    public async Task Who_may_read_pods_may_not_get_into_them(string method, string subresource, string verb)
    {
        await AllowAsync("reader", """{"apiGroups":[""],"resources":["pods","pods/log","pods/status"],"verbs":["*"]}""");
        var status = await server.RefusedAsync(method, $"{StreamingServer.Pods}/one/{subresource}?command=ls{Rest}", more: r => r.Headers.Add("Impersonate-User", "reader"));
        Number(status, "code").ShouldBe(403);
        Text(status, "message").ShouldBe($"pods \"one\" is forbidden: User \"reader\" cannot {verb} resource \"pods/{subresource}\" in API group \"\" in the namespace \"default\"");
    }

    [Fact]
    public async Task A_right_to_create_does_not_open_a_WebSocket_which_is_a_get()
    {
        await AllowAsync("creator", """{"apiGroups":[""],"resources":["pods/exec"],"verbs":["create"]}""");
        var path = $"{StreamingServer.Pods}/one/exec?command=ls{Rest}";
        Number(await server.RefusedAsync("GET", path, more: r => r.Headers.Add("Impersonate-User", "creator")), "code").ShouldBe(403);
        Text(await server.RefusedAsync("POST", path, upgrade: null, more: r => r.Headers.Add("Impersonate-User", "creator")), "message").ShouldBe("Upgrade request required");
    }

    [Fact]
    public async Task Other_methods_are_not_allowed() =>
        Number(await server.RefusedAsync("DELETE", $"{StreamingServer.Pods}/one/exec?command=ls{Rest}"), "code").ShouldBe(405);

    [Fact]
    public async Task Nobody_gets_in_without_a_name()
    {
        using var response = await server.Server.Bearer.GetAsync($"{StreamingServer.Pods}/one/exec?command=ls{Rest}");
        ((int)response.StatusCode).ShouldBe(401);
        server.Kubelet.Asked.ShouldBeEmpty();
    }

    private async Task AllowAsync(string user, string rule)
    {
        const string Api = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
        await server.CreateAsync($"{Api}/roles", $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"{{user}}"},"rules":[{{rule}}]}""");
        await server.CreateAsync(
            $"{Api}/rolebindings",
            $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{user}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"{{user}}"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"{{user}}"}]}""");
    }

    private static string Text(JsonObject status, string field) => status[field]!.GetValue<string>();

    private static int Number(JsonObject status, string field) => status[field]!.GetValue<int>();
}
