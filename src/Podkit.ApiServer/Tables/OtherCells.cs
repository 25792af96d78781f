using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of the remaining groups.</summary>
internal static class OtherCells
{
    public static CellTable.Maker Of(string resource) => resource switch
    {
        "rolebindings" or "clusterrolebindings" => Binding,
        "leases" => static (o, c, _) => c == "Holder" ? o.TextAt("spec.holderIdentity") : null,
        "poddisruptionbudgets" => static (o, c, _) => c switch
        {
            "Min Available" => CommonCells.OrNone(o, "spec.minAvailable", "N/A"),
            "Max Unavailable" => CommonCells.OrNone(o, "spec.maxUnavailable", "N/A"),
            "Allowed Disruptions" => CommonCells.Number(o, "status.disruptionsAllowed"),
            _ => null,
        },
        "priorityclasses" => static (o, c, _) => c switch
        {
            "Value" => CommonCells.Number(o, "value"),
            "Global-Default" => o.IsTrue("globalDefault"),
            "PreemptionPolicy" => o.Text("preemptionPolicy"),
            _ => null,
        },
        "storageclasses" => static (o, c, _) => c switch
        {
            "Provisioner" => o.Text("provisioner"),
            "ReclaimPolicy" => CommonCells.OrNone(o, "reclaimPolicy", "Delete"),
            "VolumeBindingMode" => CommonCells.OrNone(o, "volumeBindingMode", "Immediate"),
            "AllowVolumeExpansion" => o.IsTrue("allowVolumeExpansion"),
            _ => null,
        },
        "runtimeclasses" => static (o, c, _) => c == "Handler" ? o.Text("handler") : null,
        "mutatingwebhookconfigurations" or "validatingwebhookconfigurations" => static (o, c, _) => c == "Webhooks" ? CommonCells.Count(o, "webhooks") : null,
        "validatingadmissionpolicies" => static (o, c, _) => c switch
        {
            "Validations" => CommonCells.Count(o, "spec.validations"),
            "ParamKind" => o.TextAt("spec.paramKind.kind") is { Length: > 0 } kind ? $"{o.TextAt("spec.paramKind.apiVersion")}/{kind}" : "<unset>",
            _ => null,
        },
        "validatingadmissionpolicybindings" => static (o, c, _) => c switch
        {
            "PolicyName" => o.TextAt("spec.policyName"),
            "ParamRef" => CommonCells.OrNone(o, "spec.paramRef.name", "<unset>"),
            _ => null,
        },
        "csidrivers" => static (o, c, _) => c switch
        {
            "AttachRequired" => o["spec"] is not JsonObject spec || spec["attachRequired"] is null || spec.IsTrue("attachRequired"),
            "PodInfoOnMount" => o["spec"] is JsonObject spec && spec.IsTrue("podInfoOnMount"),
            "StorageCapacity" => o["spec"] is JsonObject spec && spec.IsTrue("storageCapacity"),
            "RequiresRepublish" => o["spec"] is JsonObject spec && spec.IsTrue("requiresRepublish"),
            "TokenRequests" => o.ObjectsAt("spec.tokenRequests").Select(t => t.Text("audience")).ToList() is { Count: > 0 } audiences ? string.Join(',', audiences) : "<unset>",
            "Modes" => string.Join(',', (o["spec"] as JsonObject)?.Texts("volumeLifecycleModes") ?? []),
            _ => null,
        },
        "csinodes" => static (o, c, _) => c == "Drivers" ? CommonCells.Count(o, "spec.drivers") : null,
        "volumeattachments" => static (o, c, _) => c switch
        {
            "Attacher" => o.TextAt("spec.attacher"),
            "PV" => o.TextAt("spec.source.persistentVolumeName"),
            "Node" => o.TextAt("spec.nodeName"),
            "Attached" => o["status"] is JsonObject status && status.IsTrue("attached"),
            _ => null,
        },
        "volumeattributesclasses" => static (o, c, _) => c == "DriverName" ? o.Text("driverName") : null,
        "certificatesigningrequests" => Request,
        "apiservices" => static (o, c, _) => c switch
        {
            "Service" => o.TextAt("spec.service.name") is { Length: > 0 } name ? $"{o.TextAt("spec.service.namespace")}/{name}" : "Local",
            "Available" => o.ObjectsAt("status.conditions").FirstOrDefault(x => x.Text("type") == "Available")?.Text("status") ?? "Unknown",
            _ => null,
        },
        "resourceslices" => static (o, c, _) => c switch
        {
            "Node" => CommonCells.OrNone(o, "spec.nodeName"),
            "Driver" => o.TextAt("spec.driver"),
            "Pool" => o.TextAt("spec.pool.name"),
            _ => null,
        },
        "resourceclaims" => static (o, c, _) => c == "State" ? ClaimState(o) : null,
        "flowschemas" => static (o, c, _) => c switch
        {
            "PriorityLevel" => o.TextAt("spec.priorityLevelConfiguration.name"),
            "MatchingPrecedence" => CommonCells.OrNone(o, "spec.matchingPrecedence", "0"),
            "DistinguisherMethod" => CommonCells.OrNone(o, "spec.distinguisherMethod.type"),
            "MissingPL" => o.ObjectsAt("status.conditions").FirstOrDefault(x => x.Text("type") == "Dangling")?.Text("status") ?? "?",
            _ => null,
        },
        "prioritylevelconfigurations" => static (o, c, _) => c switch
        {
            "Type" => o.TextAt("spec.type"),
            "NominalConcurrencyShares" => CommonCells.OrNone(o, "spec.limited.nominalConcurrencyShares"),
            "Queues" => CommonCells.OrNone(o, "spec.limited.limitResponse.queuing.queues"),
            "HandSize" => CommonCells.OrNone(o, "spec.limited.limitResponse.queuing.handSize"),
            "QueueLengthLimit" => CommonCells.OrNone(o, "spec.limited.limitResponse.queuing.queueLengthLimit"),
            _ => null,
        },
        _ => static (_, _, _) => null,
    };

    private static JsonNode? Binding(JsonObject binding, string column, TimeProvider time) => column switch
    {
        "Role" => $"{binding.TextAt("roleRef.kind")}/{binding.TextAt("roleRef.name")}",
        "Users" => Subjects(binding, "User"),
        "Groups" => Subjects(binding, "Group"),
        "ServiceAccounts" => Subjects(binding, "ServiceAccount"),
        _ => null,
    };

    private static string Subjects(JsonObject binding, string kind) => string.Join(", ", binding.ObjectsAt("subjects")
        .Where(s => s.Text("kind") == kind)
        .Select(s => kind == "ServiceAccount" && s.Text("namespace").Length > 0 ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name")));

    private static JsonNode? Request(JsonObject request, string column, TimeProvider time) => column switch
    {
        "SignerName" => CommonCells.OrNone(request, "spec.signerName"),
        "Requestor" => request.TextAt("spec.username"),
        "RequestedDuration" => request["spec"] is JsonObject spec && spec.Number("expirationSeconds") is { } seconds ? HumanDuration.Of(TimeSpan.FromSeconds(seconds)) : CommonCells.None,
        "Condition" => string.Join(',', request.ObjectsAt("status.conditions").Select(c => c.Text("type")).Append(request.TextAt("status.certificate").Length > 0 ? "Issued" : "").Where(c => c.Length > 0).DefaultIfEmpty("Pending")),
        _ => null,
    };

    private static string ClaimState(JsonObject claim)
    {
        var states = new List<string>();
        if (claim.TextAt("metadata.deletionTimestamp").Length > 0) states.Add("deleted");
        if (JsonPaths.Node(claim, "status.allocation") is not null) states.Add("allocated");
        if (CommonCells.Count(claim, "status.reservedFor") > 0) states.Add("reserved");
        if (states.Count == 0 || (states.Count == 1 && states[0] == "deleted")) states.Add("pending");
        return string.Join(',', states);
    }
}
