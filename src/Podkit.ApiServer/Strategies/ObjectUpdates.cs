using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>What every kind with metadata, spec and status has in common when it is created and changed.</summary>
internal static class ObjectUpdates
{
    /// <summary>Drops the status where it has a subresource of its own and starts the generation.</summary>
    public static void PrepareForCreate(ResourceKind kind, JsonObject obj)
    {
        if (HasStatus(kind)) obj.Remove("status");
        if (HasGeneration(kind)) Metadata(obj)["generation"] = 1;
    }

    /// <summary>Keeps the part that the request does not write and counts the generation.</summary>
    public static void PrepareForUpdate(ResourceKind kind, JsonObject obj, JsonObject old, string subresource)
    {
        if (subresource == "status") KeepAllButStatus(obj, old);
        else if (HasStatus(kind)) Keep(obj, old, "status");
        KeepGeneration(kind, obj, old);
    }

    /// <summary>Whether the kind's status has a subresource.</summary>
    public static bool HasStatus(ResourceKind kind) => kind.Subresources.Any(s => s.Name == "status");

    /// <summary>Whether <c>metadata.generation</c> counts changes of the kind's spec.</summary>
    public static bool HasGeneration(ResourceKind kind) => Generations.Contains((kind.Group, kind.Resource));

    /// <summary>Gives <paramref name="obj"/> the field that <paramref name="old"/> has.</summary>
    public static void Keep(JsonObject obj, JsonObject old, string field)
    {
        if (old[field] is { } value) obj[field] = value.DeepClone();
        else obj.Remove(field);
    }

    /// <summary>Keeps everything but the status; metadata keeps what only a write of the object may change.</summary>
    public static void KeepAllButStatus(JsonObject obj, JsonObject old)
    {
        foreach (var field in obj.Select(p => p.Key).Where(k => k is not ("status" or "metadata" or "kind" or "apiVersion")).ToList()) obj.Remove(field);
        foreach (var (field, value) in old)
        {
            if (field is not ("status" or "metadata" or "kind" or "apiVersion")) obj[field] = value?.DeepClone();
        }
    }

    private static void KeepGeneration(ResourceKind kind, JsonObject obj, JsonObject old)
    {
        var before = Metadata(old)["generation"];
        if (before is null) Metadata(obj).Remove("generation");
        else Metadata(obj)["generation"] = before.DeepClone();
        if (HasGeneration(kind) && !JsonNode.DeepEquals(obj["spec"], old["spec"])) Metadata(obj)["generation"] = ((long?)before ?? 0) + 1;
    }

    private static JsonObject Metadata(JsonObject obj)
    {
        if (obj["metadata"] is JsonObject metadata) return metadata;
        metadata = [];
        obj["metadata"] = metadata;
        return metadata;
    }

    private static readonly HashSet<(string Group, string Resource)> Generations =
    [
        ("", "pods"), ("", "replicationcontrollers"),
        ("apps", "deployments"), ("apps", "daemonsets"), ("apps", "replicasets"), ("apps", "statefulsets"),
        ("batch", "jobs"), ("batch", "cronjobs"),
        ("networking.k8s.io", "ingresses"), ("networking.k8s.io", "ingressclasses"), ("networking.k8s.io", "networkpolicies"),
        ("policy", "poddisruptionbudgets"), ("discovery.k8s.io", "endpointslices"),
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"), ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "validatingadmissionpolicies"), ("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
        ("apiextensions.k8s.io", "customresourcedefinitions"), ("scheduling.k8s.io", "priorityclasses"),
        ("flowcontrol.apiserver.k8s.io", "flowschemas"), ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
    ];
}
