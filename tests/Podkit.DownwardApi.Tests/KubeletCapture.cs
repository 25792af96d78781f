using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

/// <summary>The pods of kubelet-capture.json, and the cluster in which they ran.</summary>
internal sealed class KubeletCapture
{
    private readonly JsonElement root = Vectors.Load("kubelet-capture.json");

    public static KubeletCapture Instance { get; } = new();

    public IEnumerable<JsonElement> Cases => root.GetProperty("cases").EnumerateArray();

    public JsonElement Case(string name) => Cases.Single(c => c.Text("case") == name);

    /// <summary>The pod of a case as the node saw it: with the defaults that the API server had set.</summary>
    public Pod Pod(JsonElement one)
    {
        var manifest = one.TryGetProperty("manifest", out var own) ? own : Case("volume-maps").GetProperty("manifest");
        var pod = manifest.As(KubernetesJson.Default.CoreV1Pod);
        pod.Metadata = one.GetProperty("metadata").As(KubernetesJson.Default.MetaV1ObjectMeta);
        if (one.TryGetProperty("status", out var status))
            pod.Status = status.As(KubernetesJson.Default.CoreV1PodStatus);
        pod.Spec.ServiceAccountName ??= "default";
        return pod;
    }

    public DownwardApiContext Context(Pod pod) => new()
    {
        NodeAllocatable = Node.Status.Allocatable,
        HostIPs = PodAddresses.OfNode(Node),
        Services = [.. root.GetProperty("services").EnumerateArray().Select(Service)],
        ConfigMap = (ns, name) => (ns, name) switch
        {
            ("k-cap", "cm") => new() { Data = new() { ["A"] = "from-cm", ["B"] = "b", ["not-an.env"] = "x" } },
            ("k-cap", "kube-root-ca.crt") => new() { Data = new() { ["ca.crt"] = "<pem>" } },
            ("k-cap", "openshift-service-ca.crt") => new() { Data = new() { ["service-ca.crt"] = "<pem>" } },
            _ => null,
        },
        Secret = (ns, name) => (ns, name) == ("k-cap", "sec")
            ? new() { Data = new() { ["A"] = "from-secret"u8.ToArray(), ["PW"] = "p$(A)w"u8.ToArray() } }
            : null,
        ServiceAccountToken = (ServiceAccountTokenProjection _, out string? error) =>
        {
            error = null;
            return "<jwt>";
        },
        Annotations = new Dictionary<string, string>(pod.Metadata.Annotations ?? [])
        {
            ["kubernetes.io/config.seen"] = "2026-11-22T10:25:45.694266972Z",
            ["kubernetes.io/config.source"] = "api",
        },
    };

    private Model.Core.V1.Node Node
    {
        get
        {
            var node = root.GetProperty("node");
            return new()
            {
                Status = new()
                {
                    Allocatable = node.GetProperty("allocatable").AsMap().ToDictionary(e => e.Key, e => Quantity.Parse(e.Value)),
                    Addresses = [.. node.GetProperty("addresses").EnumerateArray().Select(a => a.As(KubernetesJson.Default.CoreV1NodeAddress))],
                },
            };
        }
    }

    private static Service Service(JsonElement service) => new()
    {
        Metadata = new() { Namespace = service.Text("namespace"), Name = service.Text("name") },
        Spec = service.As(KubernetesJson.Default.CoreV1ServiceSpec),
    };
}
