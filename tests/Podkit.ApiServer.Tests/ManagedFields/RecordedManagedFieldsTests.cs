using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.ManagedFields;

namespace Podkit.ApiServer.Tests.ManagedFields;

/// <summary>Recomputes the managed fields of every recorded write from the state before it and the answer to it.</summary>
public class RecordedManagedFieldsTests
{
    [Theory]
    [InlineData("authn-authz.json", 12)]
    [InlineData("configmap-crud.json", 9)]
    [InlineData("kinds.json", 14)]
    [InlineData("list-watch.json", 10)]
    [InlineData("patch.json", 9)]
    [InlineData("pod-lifecycle.json", 10)]
    [InlineData("pod-validation.json", 3)]
    public void Managed_fields_are_what_the_recorded_server_answered(string file, int atLeast)
    {
        var states = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var checkedWrites = 0;
        foreach (var exchange in TestData.Array("exchanges/" + file).Select(x => x!.AsObject()))
        {
            if (exchange["response"]!["body"] is not JsonObject answer || answer["metadata"] is not JsonObject metadata) continue;
            if (metadata["managedFields"] is not JsonArray expected) continue;
            var uid = (string?)metadata["uid"] ?? "";
            var method = (string)exchange["method"]!;
            var isApply = (string?)exchange["contentType"] == "application/apply-patch+yaml";
            if (method is "POST" or "PUT" or "PATCH" && !isApply)
            {
                var live = method == "POST" ? null : states[uid];
                var actual = Recompute(exchange, live, answer);
                Mask(actual).ShouldBe(Mask(expected), $"{method} {exchange["path"]} in {file}");
                checkedWrites++;
            }

            states[uid] = answer;
        }

        checkedWrites.ShouldBeGreaterThanOrEqualTo(atLeast);
    }

    private static JsonNode? Recompute(JsonObject exchange, JsonObject? live, JsonObject answer)
    {
        var updated = (JsonObject)answer.DeepClone();
        updated["metadata"]!.AsObject().Remove("managedFields");
        var path = ((string)exchange["path"]!).Split('?')[0].Split('/');
        var query = ((string)exchange["path"]!).Split("fieldManager=");
        var subresource = path[^1] is "status" or "resize" or "ephemeralcontainers" or "token" ? path[^1] : "";
        if (live is null) DropWhatComesLater(updated, exchange["body"] as JsonObject ?? []);
        var manager = query.Length > 1 ? query[1].Split('&')[0] : "Python-urllib";
        var now = answer["metadata"]!["managedFields"]!.AsArray().Select(x => (string)x!["time"]!).Max(StringComparer.Ordinal)!;
        ManagedFieldsUpdater.Update(live, updated, manager, subresource, DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        return updated["metadata"]!["managedFields"];
    }

    /// <summary>Takes out what admission and the resource's preparation added after the fields were attributed, unless the client asked for it.</summary>
    private static void DropWhatComesLater(JsonObject obj, JsonObject body)
    {
        string[] late = (string)obj["kind"]! switch
        {
            "Pod" => ["serviceAccountName", "serviceAccount", "tolerations", "priority", "preemptionPolicy", "nodeName"],
            "Service" => ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"],
            "Namespace" => ["finalizers"],
            "TokenRequest" => ["audiences"],
            "Job" => ["selector"],
            _ => [],
        };
        obj.Remove("status");
        if (obj["spec"] is not JsonObject spec) return;
        foreach (var name in late)
            if (body["spec"]?[name] is null) spec.Remove(name);
        switch ((string)obj["kind"]!)
        {
            case "Pod":
                RemoveTokens(spec, "volumes", "name");
                foreach (var list in new[] { "containers", "initContainers" })
                    foreach (var container in spec[list] as JsonArray ?? [])
                        RemoveTokens(container!.AsObject(), "volumeMounts", "name");
                break;
            case "Job":
                obj["metadata"]!.AsObject().Remove("labels");
                spec["template"]!["metadata"]!.AsObject().Remove("labels");
                break;
        }
    }

    private static void RemoveTokens(JsonObject parent, string list, string name)
    {
        if (parent[list] is not JsonArray items) return;
        foreach (var item in items.Where(x => ((string)x![name]!).StartsWith("kube-api-access-", StringComparison.Ordinal)).ToList()) items.Remove(item);
        if (items.Count == 0) parent.Remove(list);
    }

    private static string Mask(JsonNode? managedFields)
    {
        var copy = managedFields!.DeepClone().AsArray();
        return string.Join('\n', copy.Select(entry => string.Join(
            ' ',
            entry!["manager"],
            entry["operation"],
            entry["apiVersion"],
            entry["subresource"],
            entry["fieldsType"],
            Sort(entry["fieldsV1"]!.AsObject()).ToJsonString())));
    }

    private static JsonObject Sort(JsonObject fields) =>
        new(fields.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => KeyValuePair.Create(x.Key, (JsonNode?)Sort(x.Value!.AsObject()))));
}
