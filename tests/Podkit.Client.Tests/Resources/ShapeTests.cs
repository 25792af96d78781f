using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Podkit.Model;
using Podkit.Model.Apps.V1;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Resources;

/// <summary>The shape of the library's calls, and what they send.</summary>
public sealed class ShapeTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly List<(string Accept, string ContentType, string Body)> _sent = [];
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;
    private RequestDelegate _answer = c => c.Json(Answers.Pod("p", 1));

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            _sent.Add((c.Request.Headers.Accept.ToString(), c.Request.ContentType ?? "", await reader.ReadToEndAsync()));
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
    public async Task A_list_can_be_awaited_or_iterated()
    {
        _answer = c => c.Request.Query["continue"] == "n" ? c.Json(Answers.PodList(9, "", Answers.Pod("c", 3))) : c.Json(Answers.PodList(9, "n", Answers.Pod("a", 1), Answers.Pod("b", 2)));
        var pods = await _client.Pods.InAllNamespaces().ListAsync();
        pods.Count.ShouldBe(3);
        pods[2].Metadata.Name.ShouldBe("c");
        pods.ResourceVersion.ShouldBe("9");
        var names = new List<string?>();
        await foreach (var pod in _client.Pods.InAllNamespaces().ListAsync()) names.Add(pod.Metadata.Name);
        names.ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task An_awaited_list_whose_pages_expire_is_the_full_list_alone()
    {
        _answer = c => c.Request.QueryString.Value switch
        {
            "?limit=500" => c.Json(Answers.PodList(9, "next", Answers.Pod("gone", 1), Answers.Pod("kept", 2))),
            "?limit=500&continue=next" => c.Status(410, "Expired", "too old"),
            _ => c.Json(Answers.PodList(12, "", Answers.Pod("kept", 2), Answers.Pod("new", 12))),
        };
        var pods = await _client.Pods.ListAsync();
        pods.Select(p => p.Metadata.Name).ShouldBe(["kept", "new"]);
        pods.ResourceVersion.ShouldBe("12");
    }

    [Fact]
    public async Task A_list_at_version_zero_is_not_paged()
    {
        _answer = c => c.Json(Answers.PodList(9, ""));
        await _client.Pods.ListAsync(new ListOptions { ResourceVersion = "0" });
        await _client.Pods.ListAsync(new ListOptions { PageSize = 7, ResourceVersion = "5", ResourceVersionMatch = "NotOlderThan" });
        _server.Requests.ShouldBe(["GET /api/v1/namespaces/default/pods?resourceVersion=0", "GET /api/v1/namespaces/default/pods?limit=7&resourceVersion=5&resourceVersionMatch=NotOlderThan"]);
    }

    [Fact]
    public async Task A_list_under_way_can_be_cancelled()
    {
        _answer = c => c.Forever();
        using var cancellation = new CancellationTokenSource();
        var list = _client.Pods.ListAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => list);
    }

    [Fact]
    public async Task Apply_sends_the_wanted_fields_and_not_what_the_type_brings_with_it()
    {
        _answer = c => c.Json("""{"metadata":{"name":"web"}}""");
        var desired = new Deployment
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "shop", CreationTimestamp = DateTimeOffset.UnixEpoch, ManagedFields = [new ManagedFieldsEntry { Manager = "other" }] },
            Spec = new DeploymentSpec
            {
                Replicas = 2,
                Selector = new LabelSelector { MatchLabels = new() { ["app"] = "web" } },
                Template = new PodTemplateSpec { Spec = new PodSpec { Containers = [new Container { Name = "c", Image = "i" }], Volumes = [new Volume { Name = "v", EmptyDir = new EmptyDirVolumeSource() }] } },
            },
        };
        await _client.Resource<Deployment>().InNamespace("shop").ApplyAsync(desired, fieldManager: "me", force: true);
        _server.Requests.ShouldBe(["PATCH /apis/apps/v1/namespaces/shop/deployments/web?fieldManager=me&force=true"]);
        _sent[0].ContentType.ShouldBe("application/apply-patch+yaml");
        JsonNode.DeepEquals(JsonNode.Parse(_sent[0].Body), JsonNode.Parse("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{"containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v","emptyDir":{}}]}}}}
            """)).ShouldBeTrue(_sent[0].Body);
    }

    [Fact]
    public async Task Apply_of_status_sends_the_status_and_the_clients_own_manager()
    {
        await _client.Pods.ApplyAsync(new Pod { Metadata = new ObjectMeta { Name = "p" }, Status = new PodStatus { Phase = "Running" } }, new WriteOptions { DryRun = true }, "status");
        _server.Requests.ShouldBe(["PATCH /api/v1/namespaces/default/pods/p/status?fieldManager=podkit&dryRun=All"]);
        _sent[0].Body.ShouldContain("\"phase\":\"Running\"");
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.ApplyAsync(new Pod()));
    }

    [Fact]
    public async Task Metadata_is_asked_for_in_its_own_form()
    {
        const string one = """{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"s","namespace":"default","resourceVersion":"4","labels":{"a":"b"}},"data":{"never":"sent"}}""";
        _answer = c => c.IsWatch() ? WatchAsync(c) : c.Request.Path.Value!.EndsWith("/secrets", StringComparison.Ordinal)
            ? c.Json($$"""{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"4"},"items":[{{one}}]}""")
            : c.Json(one);
        var metadata = _client.Secrets.Metadata();
        (await metadata.GetAsync("s")).Metadata.Labels!["a"].ShouldBe("b");
        (await metadata.ListAsync()).ShouldHaveSingleItem().Metadata.ResourceVersion.ShouldBe("4");
        await metadata.PatchAsync("s", PatchType.Merge, new JsonObject { ["metadata"] = new JsonObject() });
        await foreach (var e in metadata.WatchAsync(new WatchOptions { StreamingList = false }))
        {
            if (e.Type != WatchEventType.Apply) continue;
            e.Object!.Metadata.Name.ShouldBe("s");
            break;
        }

        const string single = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        const string many = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        _sent.Select(s => s.Accept).ShouldBe([single, many, single, many, single]);

        static async Task WatchAsync(HttpContext c)
        {
            await c.BeginWatch();
            await c.Line(Answers.Event("MODIFIED", one));
            await c.Forever();
        }
    }

    [Fact]
    public async Task Types_of_the_programs_own_are_read_and_written_by_their_own_metadata()
    {
        _answer = c => c.Json("""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w","resourceVersion":"7"},"spec":{"size":3}}""");
        var widgets = _client.Resource(new ResourceKind("example.com", "v1", "widgets", "Widget"), WidgetJson.Default.Widget).InNamespace("shop");
        (await widgets.GetAsync("w")).Spec!.Size.ShouldBe(3);
        await widgets.CreateAsync(new Widget { Metadata = new ObjectMeta { Name = "w" }, Spec = new WidgetSpec { Size = 4 } });
        await widgets.ApplyAsync(new Widget { Metadata = new ObjectMeta { Name = "w" }, Spec = new WidgetSpec { Size = 5 } });
        _server.Requests.ShouldBe([
            "GET /apis/example.com/v1/namespaces/shop/widgets/w", "POST /apis/example.com/v1/namespaces/shop/widgets",
            "PATCH /apis/example.com/v1/namespaces/shop/widgets/w?fieldManager=podkit"]);
        _sent[1].Body.ShouldContain("\"size\":4");
        JsonNode.Parse(_sent[2].Body)!["kind"]!.GetValue<string>().ShouldBe("Widget");
        (await _client.Resource<Widget>().GetAsync("w")).Metadata.ResourceVersion.ShouldBe("7");
    }

    [Fact]
    public async Task Scale_is_read_and_set_by_its_subresource()
    {
        _answer = c => c.Json("""{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web"},"spec":{"replicas":2},"status":{"replicas":1,"selector":"app=web"}}""");
        var deployments = _client.Resource<Deployment>();
        var scale = await deployments.GetScaleAsync("web");
        scale.Spec.Replicas.ShouldBe(2);
        scale.Status.Selector.ShouldBe("app=web");
        await deployments.ReplaceScaleAsync("web", scale);
        await deployments.ScaleAsync("web", 5);
        await _client.Resource(Deployment.ResourceKind).ScaleAsync("web", 0, new WriteOptions { FieldManager = "me" });
        _server.Requests.ShouldBe([
            "GET /apis/apps/v1/namespaces/default/deployments/web/scale", "PUT /apis/apps/v1/namespaces/default/deployments/web/scale",
            "PATCH /apis/apps/v1/namespaces/default/deployments/web/scale", "PATCH /apis/apps/v1/namespaces/default/deployments/web/scale?fieldManager=me"]);
        _sent[2].Body.ShouldBe("""{"spec":{"replicas":5}}""");
    }

    [Fact]
    public async Task Pods_get_ephemeral_containers_and_other_sizes_by_their_subresources()
    {
        await _client.Pods.AddEphemeralContainerAsync("p", new EphemeralContainer { Name = "debug", Image = "busybox", TargetContainerName = "main" });
        await _client.Pods.ResizeAsync("p", "main", new ResourceRequirements { Requests = new() { ["cpu"] = Quantity.Parse("200m") } });
        await _client.Pods.GetSubresourceAsync("p", "status");
        _server.Requests.ShouldBe(["PATCH /api/v1/namespaces/default/pods/p/ephemeralcontainers", "PATCH /api/v1/namespaces/default/pods/p/resize", "GET /api/v1/namespaces/default/pods/p/status"]);
        JsonNode.DeepEquals(JsonNode.Parse(_sent[0].Body), JsonNode.Parse("""{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox","targetContainerName":"main"}]}}""")).ShouldBeTrue(_sent[0].Body);
        JsonNode.DeepEquals(JsonNode.Parse(_sent[1].Body), JsonNode.Parse("""{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"200m"}}}]}}""")).ShouldBeTrue(_sent[1].Body);
        _sent[0].ContentType.ShouldBe("application/strategic-merge-patch+json");
    }

    [Fact]
    public async Task A_call_may_have_a_limit_of_its_own()
    {
        _answer = c => c.Forever();
        var error = await Should.ThrowAsync<KubernetesConnectionException>(() => _client.Pods.WithTimeout(TimeSpan.FromMilliseconds(50)).GetAsync("p"));
        error.Error.ShouldBe(KubernetesConnectionError.TimedOut);
        error.Message.ShouldContain("within 0.05 s");
    }

    internal sealed class Widget : IResource<Widget>
    {
        public static ResourceKind ResourceKind { get; } = new("example.com", "v1", "widgets", "Widget");

        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<Widget> JsonTypeInfo => WidgetJson.Default.Widget;

        [JsonPropertyName("apiVersion")]
        public string? ApiVersion { get; set; }

        [JsonPropertyName("kind")]
        public string? Kind { get; set; }

        [JsonPropertyName("metadata")]
        public ObjectMeta Metadata { get; set; } = new();

        [JsonPropertyName("spec")]
        public WidgetSpec? Spec { get; set; }
    }

    internal sealed class WidgetSpec
    {
        [JsonPropertyName("size")]
        public int Size { get; set; }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShapeTests.Widget))]
internal sealed partial class WidgetJson : JsonSerializerContext;
