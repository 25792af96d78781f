using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Podkit.Client;
using Podkit.Testing;

namespace Podkit.Metadata.Tests.Completion;

public sealed class ApiServerTests : IAsyncLifetime
{
    private const string Own = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","uid":"u-1","resourceVersion":"5","labels":{"env":"production"},"annotations":{"a":"b"},
        "ownerReferences":[{"apiVersion":"v1","kind":"Other","name":"o","uid":"x"},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"r","controller":true}]},
        "spec":{"nodeName":"n1","serviceAccountName":"sa","containers":[{"name":"main","resources":{"limits":{"cpu":"250m","memory":"64Mi"},"requests":{"cpu":"125m","ephemeral-storage":"1Gi"}}}]},
        "status":{"podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"},{"ip":"fd00::7"}],"hostIP":"192.0.2.1"}}
        """;

    private readonly TestAuthority _authority = new();
    private readonly BlockingCollection<string> _events = [];
    private readonly TestLog _log = new();
    private Func<HttpContext, Task> _answer = null!;
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _answer = AnswerAsync;
        _server = await FakeApiServer.StartAsync(_authority.Server(), c => _answer(c));
        _client = Clients.For(_server, _authority);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
        _events.Dispose();
    }

    [Fact]
    public async Task Nothing_is_asked_unless_it_is_wanted()
    {
        await using var pod = PodMetadata.Open(Options(o => o.CompleteFromApiServer = false), _log);
        await pod.WaitForApiServerAsync();
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_missing_comes_from_the_own_pod_by_one_get_and_one_watch()
    {
        await using var pod = PodMetadata.Open(Options(), _log);
        await pod.WaitForApiServerAsync();
        var state = pod.Current;
        (state.Uid, state.NodeName, state.ServiceAccountName, state.ContainerName, state.HostIP).ShouldBe(("u-1", "n1", "sa", "main", "192.0.2.1"));
        state.PodIPs.ShouldBe(["10.0.0.7", "fd00::7"]);
        state.Owner.ShouldBe(new PodOwner("ReplicaSet", "web", "r"));
        state.Resources.ShouldBe(new ContainerResources(new ResourceAmounts(0.25, 64 * 1024 * 1024, null), new ResourceAmounts(0.125, null, 1024 * 1024 * 1024)));
        (state.Labels["env"], state.Annotations["a"]).ShouldBe(("production", "b"));
        state.Origin("metadata.labels").ShouldBe(new PodValue("metadata.labels", MetadataSource.ApiServer, "pods/web-1 in namespace shop", true));
        state.Origin("metadata.name")!.Value.Source.ShouldBe(MetadataSource.EnvironmentVariable);
        _events.Add(Answers.Event("MODIFIED", Own.ReplaceLineEndings("").Replace("production", "staging", StringComparison.Ordinal).Replace("\"5\"", "\"6\"", StringComparison.Ordinal)));
        await pod.UntilAsync(s => s.Labels["env"] == "staging");
        _server.Requests.Count.ShouldBe(2);
        _server.Requests.ShouldAllBe(r => r.StartsWith("GET /api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_says_which_Role_is_needed_once()
    {
        _answer = c => c.Status(403, "Forbidden", "pods is forbidden: User \\\"system:serviceaccount:shop:sa\\\" cannot list resource \\\"pods\\\"");
        await using var pod = PodMetadata.Open(Options(), _log);
        await Waiting.SoonAsync(() => pod.Status.Problems.Count > 0, "the refusal is told");
        var problem = pod.Status.Problems.ShouldHaveSingleItem();
        problem.ShouldStartWith("the pod's values cannot be completed from the API server: ");
        problem.ShouldContain("pods is forbidden");
        problem.ShouldEndWith("it needs a Role in namespace shop with the rule {apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]} and a RoleBinding to the service account of the pod");
        pod.Current.Name.ShouldBe("web-1");
        _log.Lines.Count(l => l.Contains("Role", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Waiting_ends_with_a_refusal()
    {
        _answer = c => c.Status(403, "Forbidden", "pods is forbidden");
        await using var pod = PodMetadata.Open(Options(), _log);
        await pod.WaitForApiServerAsync().WaitAsync(Waiting.Limit);
        pod.Status.Problems.ShouldHaveSingleItem().ShouldContain("pods is forbidden");
    }

    [Fact]
    public async Task A_server_that_does_not_know_the_pod_is_said()
    {
        _answer = c => c.IsWatch() ? AnswerAsync(c) : c.Json(Answers.PodList(5, ""));
        await using var pod = PodMetadata.Open(Options(), _log);
        await pod.WaitForApiServerAsync().WaitAsync(Waiting.Limit);
        pod.Status.Problems.ShouldHaveSingleItem().ShouldStartWith("the API server has no pod shop/web-1");
    }

    [Fact]
    public async Task Under_the_plain_runtime_the_service_account_is_where_the_volumes_are()
    {
        var volumes = Directory.CreateTempSubdirectory("podkit-volumes-");
        try
        {
            var account = Directory.CreateDirectory(volumes.FullName + "/var/run/account").FullName;
            File.WriteAllText(account + "/namespace", "shop");
            var options = Nowhere.Options(new() { ["POD_NAME"] = "web-1", ["PODKIT_VOLUMES"] = volumes.FullName, ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1", ["KUBERNETES_SERVICE_PORT"] = "1" });
            (options.CompleteFromApiServer, options.ServiceAccountDirectory) = (true, "/var/run/account");
            await using var pod = PodMetadata.Open(options, _log);
            await pod.WaitForApiServerAsync().WaitAsync(Waiting.Limit);
            pod.Status.Problems.ShouldHaveSingleItem().ShouldContain($"{account}/token does not exist");
        }
        finally
        {
            volumes.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_pod_of_the_same_name_with_another_uid_is_not_believed()
    {
        await using var pod = PodMetadata.Open(Options(o => o.Values["metadata.uid"] = "u-2"), _log);
        await pod.WaitForApiServerAsync();
        (pod.Current.NodeName, pod.Current.Labels.Count).ShouldBe(("", 0));
        pod.Status.Problems.ShouldHaveSingleItem().ShouldContain("has the UID u-1, this one u-2");
    }

    [Fact]
    public async Task Without_a_name_it_is_said_what_to_set()
    {
        var options = Nowhere.Options();
        (options.CompleteFromApiServer, options.Client) = (true, _client);
        await using var pod = PodMetadata.Open(options, _log);
        await pod.WaitForApiServerAsync();
        pod.Status.Problems.ShouldBe(["the API server cannot be asked: the pod's name is not known; set POD_NAME and POD_NAMESPACE by fieldRef"]);
    }

    [Fact]
    public async Task Without_a_service_account_it_is_said_what_is_missing()
    {
        await using var pod = PodMetadata.Open(Options(o => o.Client = null), _log);
        await pod.WaitForApiServerAsync();
        pod.Status.Problems.ShouldHaveSingleItem().ShouldContain("/nonexistent/serviceaccount/token does not exist");
    }

    [Fact]
    public async Task The_end_ends_the_watch()
    {
        var pod = PodMetadata.Open(Options(), _log);
        await pod.WaitForApiServerAsync();
        await pod.DisposeAsync();
        await pod.WaitForApiServerAsync();
        pod.Current.NodeName.ShouldBe("n1");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!context.IsWatch())
        {
            await context.Json(Answers.PodList(5, "", Own));
            return;
        }

        await context.BeginWatch();
        try
        {
            while (_events.TryTake(out var line) is var taken && !context.RequestAborted.IsCancellationRequested)
            {
                if (taken) await context.Line(line!);
                else await Task.Delay(5, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private PodMetadataOptions Options(Action<PodMetadataOptions>? configure = null)
    {
        var options = Nowhere.Options(new() { ["POD_NAME"] = "web-1", ["POD_NAMESPACE"] = "shop" });
        (options.CompleteFromApiServer, options.Client) = (true, _client);
        configure?.Invoke(options);
        return options;
    }
}
