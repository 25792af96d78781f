using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of the core group's resources.</summary>
internal static class CoreCells
{
    public static CellTable.Maker Of(string resource) => resource switch
    {
        "configmaps" => static (o, c, _) => c == "Data" ? CommonCells.Count(o, "data") + CommonCells.Count(o, "binaryData") : null,
        "secrets" => static (o, c, _) => c switch { "Type" => o.Text("type"), "Data" => CommonCells.Count(o, "data"), _ => null },
        "serviceaccounts" => static (o, c, _) => c == "Secrets" ? CommonCells.Count(o, "secrets") : null,
        "namespaces" => static (o, c, _) => c == "Status" ? o.TextAt("status.phase") : null,
        "nodes" => Node,
        "persistentvolumes" => Volume,
        "persistentvolumeclaims" => Claim,
        "podtemplates" => static (o, c, _) => c switch
        {
            "Containers" => CommonCells.Containers(o, "template.spec", "name"),
            "Images" => CommonCells.Containers(o, "template.spec", "image"),
            "Pod Labels" => CommonCells.Pairs(JsonPaths.Node(o, "template.metadata.labels")),
            _ => null,
        },
        "resourcequotas" => Quota,
        "componentstatuses" => static (_, _, _) => null,
        _ => static (_, _, _) => null,
    };

    private static JsonNode? Node(JsonObject node, string column, TimeProvider time) => column switch
    {
        "Status" => NodeStatus(node),
        "Roles" => Roles(node),
        "Version" => node.TextAt("status.nodeInfo.kubeletVersion"),
        "Internal-IP" => Address(node, "InternalIP"),
        "External-IP" => Address(node, "ExternalIP"),
        "OS-Image" => CommonCells.OrNone(node, "status.nodeInfo.osImage", "<unknown>"),
        "Kernel-Version" => CommonCells.OrNone(node, "status.nodeInfo.kernelVersion", "<unknown>"),
        "Container-Runtime" => CommonCells.OrNone(node, "status.nodeInfo.containerRuntimeVersion", "<unknown>"),
        _ => null,
    };

    private static string NodeStatus(JsonObject node)
    {
        var ready = node.ObjectsAt("status.conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        var status = ready is null ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return node["spec"] is JsonObject spec && spec.IsTrue("unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject node)
    {
        const string Prefix = "node-role.kubernetes.io/";
        var roles = (JsonPaths.Node(node, "metadata.labels") as JsonObject ?? []).Select(l => l.Key == "kubernetes.io/role" ? JsonPaths.Text(l.Value) : l.Key.StartsWith(Prefix, StringComparison.Ordinal) ? l.Key[Prefix.Length..] : "")
            .Where(r => r.Length > 0).Order(StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? CommonCells.None : string.Join(',', roles);
    }

    private static string Address(JsonObject node, string type) =>
        node.ObjectsAt("status.addresses").FirstOrDefault(a => a.Text("type") == type)?.Text("address") ?? CommonCells.None;

    private static JsonNode? Volume(JsonObject volume, string column, TimeProvider time) => column switch
    {
        "Capacity" => volume.TextAt("spec.capacity.storage"),
        "Access Modes" => Modes(volume, "spec"),
        "Reclaim Policy" => volume.TextAt("spec.persistentVolumeReclaimPolicy"),
        "Status" => Phase(volume),
        "Claim" => volume.TextAt("spec.claimRef.name") is { Length: > 0 } name ? $"{volume.TextAt("spec.claimRef.namespace")}/{name}" : "",
        "StorageClass" => volume.TextAt("spec.storageClassName"),
        "VolumeAttributesClass" => CommonCells.OrNone(volume, "spec.volumeAttributesClassName", "<unset>"),
        "Reason" => volume.TextAt("status.reason"),
        "VolumeMode" => CommonCells.OrNone(volume, "spec.volumeMode", "<unset>"),
        _ => null,
    };

    private static JsonNode? Claim(JsonObject claim, string column, TimeProvider time) => column switch
    {
        "Status" => Phase(claim),
        "Volume" => claim.TextAt("spec.volumeName"),
        "Capacity" => claim.TextAt("spec.volumeName").Length > 0 ? claim.TextAt("status.capacity.storage") : "",
        "Access Modes" => claim.TextAt("spec.volumeName").Length > 0 ? Modes(claim, "status") : "",
        "StorageClass" => claim.TextAt("spec.storageClassName"),
        "VolumeAttributesClass" => CommonCells.OrNone(claim, "spec.volumeAttributesClassName", "<unset>"),
        "VolumeMode" => CommonCells.OrNone(claim, "spec.volumeMode", "<unset>"),
        _ => null,
    };

    private static string Phase(JsonObject item) => item.TextAt("metadata.deletionTimestamp").Length > 0 ? "Terminating" : item.TextAt("status.phase");

    private static string Modes(JsonObject item, string part) => string.Join(',', ((item[part] as JsonObject)?.Texts("accessModes") ?? []).Select(m => m switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => m,
    }));

    private static JsonNode? Quota(JsonObject quota, string column, TimeProvider time)
    {
        if (column is not ("Request" or "Limit")) return null;
        var hard = JsonPaths.Node(quota, "status.hard") as JsonObject ?? [];
        var used = JsonPaths.Node(quota, "status.used") as JsonObject ?? [];
        return string.Join(", ", hard.Where(h => h.Key.StartsWith("limits", StringComparison.Ordinal) == (column == "Limit"))
            .OrderBy(h => h.Key, StringComparer.Ordinal)
            .Select(h => $"{h.Key}: {JsonPaths.Text(used[h.Key])}/{JsonPaths.Text(h.Value)}"));
    }
}
