using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Keeps <c>metadata.managedFields</c> through creates, updates and patches other than apply.</summary>
internal static class ManagedFieldsUpdater
{
    /// <summary>
    /// Gives the manager of a request the fields that it changed, and takes them from everybody else.
    /// To be called where kube-apiserver does: on the decoded and defaulted object, before admission and before the resource's own preparation.
    /// </summary>
    /// <param name="live">The stored object; null on create.</param>
    /// <param name="updated">The object as the request wants it. Its <c>metadata.managedFields</c> is replaced, nothing else.</param>
    /// <param name="manager">The manager's name.</param>
    /// <param name="subresource">The subresource written, such as <c>status</c>; empty for the object itself.</param>
    /// <param name="now">The time of the request.</param>
    public static void Update(JsonObject? live, JsonObject updated, string manager, string subresource, DateTimeOffset now)
    {
        var managers = Managers(live, updated, subresource);
        // An object whose managers have been reset is tracked again only from its first apply on.
        if (managers.IsEmpty && live is not null) return;
        Track(managers, live, updated, manager, subresource, ManagerEntry.Stamp(now));
        managers.Cap();
        managers.Write(updated);
    }

    /// <summary>
    /// Undoes a change that would be nothing but newer times in <c>managedFields</c>, so that a write without effect stays one.
    /// To be called right before the object is compared with the stored one.
    /// </summary>
    public static void KeepTimes(JsonObject live, JsonObject updated)
    {
        if (live["metadata"] is not JsonObject before || updated["metadata"] is not JsonObject after) return;
        if (before["managedFields"] is not JsonArray was || after["managedFields"] is not JsonArray becomes) return;
        if (was.Count != becomes.Count || JsonNode.DeepEquals(was, becomes)) return;
        for (var i = 0; i < was.Count; i++)
            if (!EqualBut(was[i], becomes[i], "time")) return;
        if (!EqualBut(before, after, "managedFields", "resourceVersion") || !EqualBut(live, updated, "metadata")) return;
        after["managedFields"] = was.DeepClone();
    }

    /// <summary>Moves ownership after a change that is no apply.</summary>
    internal static void Track(ManagerList managers, JsonObject? live, JsonObject updated, string manager, string subresource, string time)
    {
        var apiVersion = (string?)updated["apiVersion"] ?? "";
        var kind = (string?)updated["kind"] ?? "";
        var delta = ObjectComparer.Compare(live ?? [], updated, MergeType.OfKind(apiVersion, kind));
        var changed = ResetFields.Filter(delta.Changed, apiVersion, kind, subresource);
        var removed = ResetFields.Filter(delta.Removed, apiVersion, kind, subresource);
        removed = ManagerList.Strip(removed);
        if (changed is null && removed is null) return;
        managers.TakeFromOthers(FieldSet.Union(changed, removed), keeper: null);
        managers.Give(
            new ManagerEntry
            {
                Manager = manager.Length == 0 ? "unknown" : manager,
                Operation = ManagerEntry.UpdateOperation,
                ApiVersion = apiVersion,
                Subresource = subresource,
            },
            ManagerList.Strip(changed),
            time);
    }

    /// <summary>
    /// The managers so far: those that the request names, if it may and does, else those of the stored object. Takes them out of the request's object.
    /// </summary>
    private static ManagerList Managers(JsonObject? live, JsonObject updated, string subresource)
    {
        var recorded = live?["metadata"]?["managedFields"];
        JsonNode? requested = null;
        if (updated["metadata"] is JsonObject metadata && metadata.TryGetPropertyValue("managedFields", out requested)) metadata.Remove("managedFields");
        if (requested is not null && recorded is not null && AreWrittenTheSame(requested, recorded)) return ManagerList.Read(requested, isTrusted: true) ?? new();
        if (subresource.Length == 0)
        {
            if (IsReset(requested)) return new();
            if (requested is not null && ManagerList.Read(requested, isTrusted: false) is { IsEmpty: false } managers) return managers;
        }

        return ManagerList.Read(recorded?.DeepClone(), isTrusted: true) ?? new();
    }

    /// <summary>Compares text, which is cheaper than taking documents apart that are most likely the same.</summary>
    private static bool AreWrittenTheSame(JsonNode a, JsonNode b) => JsonText.ToBytes(a).AsSpan().SequenceEqual(JsonText.ToBytes(b));

    /// <summary>An empty list, or a list with one empty entry, resets.</summary>
    private static bool IsReset(JsonNode? managedFields) =>
        managedFields is JsonArray { Count: 0 } || (managedFields is JsonArray { Count: 1 } only && only[0] is JsonObject { Count: 0 });

    private static bool EqualBut(JsonNode? a, JsonNode? b, params ReadOnlySpan<string> names)
    {
        if (a is not JsonObject left || b is not JsonObject right) return JsonNode.DeepEquals(a, b);
        var count = 0;
        foreach (var (name, value) in left)
        {
            if (names.Contains(name)) continue;
            if (!right.TryGetPropertyValue(name, out var other) || !JsonNode.DeepEquals(value, other)) return false;
            count++;
        }

        foreach (var (name, _) in right)
            if (!names.Contains(name)) count--;
        return count == 0;
    }
}
