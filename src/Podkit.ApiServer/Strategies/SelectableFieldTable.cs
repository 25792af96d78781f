using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>Which fields, besides name and namespace, selectors may name.</summary>
internal static class SelectableFieldTable
{
    private static readonly Dictionary<string, string> None = [];

    private static readonly Dictionary<(string Group, string Resource), Dictionary<string, string>> Known = new()
    {
        [("", "pods")] = Same(
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"),
        [("", "nodes")] = Same("spec.unschedulable"),
        [("", "namespaces")] = Same("status.phase"),
        [("", "secrets")] = Same("type"),
        [("", "services")] = Same("spec.clusterIP", "spec.type"),
        [("", "replicationcontrollers")] = Same("status.replicas"),
        [("apps", "replicasets")] = Same("status.replicas"),
        [("batch", "jobs")] = new(StringComparer.Ordinal) { ["status.successful"] = "status.succeeded" },
        [("certificates.k8s.io", "certificatesigningrequests")] = Same("spec.signerName"),
        [("resource.k8s.io", "resourceslices")] = Same("spec.nodeName", "spec.driver"),
        [("", "events")] = Events("involvedObject", "source.component"),
        [("events.k8s.io", "events")] = Events("regarding", "deprecatedSource.component"),
    };

    /// <summary>The fields of a resource with their paths in its objects.</summary>
    public static IReadOnlyDictionary<string, string> Of(ResourceKind kind) => Known.GetValueOrDefault((kind.Group, kind.Resource), None);

    private static Dictionary<string, string> Same(params IReadOnlyList<string> paths) => paths.ToDictionary(p => p, p => p, StringComparer.Ordinal);

    private static Dictionary<string, string> Events(string subject, string source)
    {
        var fields = Same("reason", "type", "reportingComponent");
        foreach (var field in new[] { "kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath" }) fields[$"{subject}.{field}"] = $"{subject}.{field}";
        fields["source"] = source;
        return fields;
    }
}
