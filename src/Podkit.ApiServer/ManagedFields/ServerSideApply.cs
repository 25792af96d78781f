using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Patching;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Server-side apply: a manager says which fields it wants, and the object becomes so.</summary>
internal static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>
    /// The object after the apply, managed fields included; still to be decoded and defaulted like any other. Neither document is changed.
    /// </summary>
    /// <param name="live">The stored object; null when the apply creates it.</param>
    /// <param name="applied">The manager's wishes: the request's body.</param>
    /// <param name="apiVersion">The version that the path names, as in <c>apps/v1</c>.</param>
    /// <param name="kind">The kind that the path names.</param>
    /// <param name="manager">The manager's name.</param>
    /// <param name="force">Whether to take fields from others.</param>
    /// <param name="subresource">Such as <c>status</c>; empty for the object itself.</param>
    /// <param name="now">The time of the request.</param>
    /// <exception cref="ApiException">409 when others own fields that would change; 400 or 500 when the body does not fit.</exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject applied, string apiVersion, string kind, string manager, bool force, string subresource, DateTimeOffset now)
    {
        var type = MergeType.OfKind(apiVersion, kind);
        Check(applied, apiVersion, kind, type);
        var managers = ManagerList.Read(live?["metadata"]?["managedFields"]?.DeepClone(), isTrusted: false)
            ?? throw PatchErrors.Failed("failed to decode managed fields: they are not in the form of FieldsV1");
        var before = live is null ? [] : (JsonObject)live.DeepClone();
        (before["metadata"] as JsonObject)?.Remove("managedFields");
        var time = ManagerEntry.Stamp(now);
        if (live is not null && managers.IsEmpty) ManagedFieldsUpdater.Track(managers, null, before, BeforeFirstApply, subresource, time);

        var (own, last) = Claim(managers, new ManagerEntry { Manager = manager, Operation = ManagerEntry.ApplyOperation, ApiVersion = apiVersion, Subresource = subresource });
        own.Set = ResetFields.Filter(AppliedFields.Of(applied, type), apiVersion, kind, subresource);
        var after = Prune(ObjectMerger.Merge(before, applied, type), managers, last, type);
        var delta = ObjectComparer.Compare(before, after, type);
        var changed = ResetFields.Filter(delta.Changed, apiVersion, kind, subresource);
        var removed = ResetFields.Filter(delta.Removed, apiVersion, kind, subresource);
        if (!force) RefuseConflicts(managers, own, changed, () => manager == LastApplied.Manager ? LastApplied.Unchanged(before, apiVersion, type) : null);
        managers.TakeFromOthers(FieldSet.Union(changed, removed), own);
        own.Set = ManagerList.Strip(own.Set);
        if (!JsonNode.DeepEquals(before, after)) own.Time = time;
        managers.Cap();
        managers.Write(after);
        if (manager == LastApplied.Manager) LastApplied.Refresh(after, applied);
        return after;
    }

    private static void Check(JsonObject applied, string apiVersion, string kind, MergeType type)
    {
        var version = Text(applied["apiVersion"]);
        var appliedKind = Text(applied["kind"]);
        if (version != apiVersion || appliedKind != kind)
        {
            var qualified = version.Contains('/', StringComparison.Ordinal) ? version : $"/{version}";
            throw PatchErrors.BadRequest($"invalid object type: {qualified}, Kind={appliedKind}");
        }

        var metadata = applied["metadata"] as JsonObject;
        if (metadata?["managedFields"] is not null) throw PatchErrors.BadRequest("metadata.managedFields must be nil");
        if (AppliedObjectCheck.Find(applied, type) is { } problem)
        {
            var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion : $"/{apiVersion}";
            throw PatchErrors.Failed($"failed to create typed patch object ({Text(metadata?["namespace"])}/{Text(metadata?["name"])}; {group}, Kind={kind}): {problem}");
        }
    }

    /// <summary>The manager's entry, and what it owned before.</summary>
    private static (ManagerEntry Own, FieldSet? Last) Claim(ManagerList managers, ManagerEntry own)
    {
        if (managers.Entries.Find(x => x.IsSame(own)) is not { } previous)
        {
            managers.Entries.Add(own);
            return (own, null);
        }

        own.Time = previous.Time;
        managers.Entries[managers.Entries.IndexOf(previous)] = own;
        return (own, previous.Set);
    }

    /// <summary>Takes out what the manager applied last time and no longer does, unless somebody else owns it.</summary>
    private static JsonObject Prune(JsonObject merged, ManagerList managers, FieldSet? last, MergeType type)
    {
        if (last is null) return merged;
        var lastWithParents = FieldRemover.WithParents(last, type);
        var pruned = FieldRemover.Remove(merged, lastWithParents, type);
        var owned = managers.Entries.Aggregate((FieldSet?)null, (all, entry) => FieldSet.Union(all, entry.Set));
        var all = FieldRemover.WithParents(AppliedFields.Of(merged, type), type);

        var kept = FieldSet.Union(FieldRemover.WithParents(AppliedFields.Of(pruned, type), type), FieldRemover.WithParents(owned, type));
        pruned = FieldRemover.Remove(merged, FieldSet.Difference(all, kept), type);

        // What nobody owns, or what updates own, has not been this manager's to remove.
        var gone = FieldSet.Difference(all, FieldRemover.WithParents(AppliedFields.Of(pruned, type), type));
        return FieldRemover.Remove(merged, FieldSet.Intersection(gone, lastWithParents), type);
    }

    /// <summary>Refuses to change what others own, but for the fields that are allowed.</summary>
    private static void RefuseConflicts(ManagerList managers, ManagerEntry own, FieldSet? changed, Func<FieldSet?> allowed)
    {
        var conflicts = new List<(ManagerEntry Owner, FieldSet Fields)>();
        foreach (var entry in managers.Entries)
            if (!ReferenceEquals(entry, own) && FieldSet.Intersection(entry.Set, changed) is { } fields) conflicts.Add((entry, fields));
        if (conflicts.Count == 0) return;
        var excused = allowed();
        var refused = new List<(ManagerEntry Owner, FieldSet Fields)>();
        foreach (var (owner, fields) in conflicts)
            if (FieldSet.Difference(fields, excused) is { } rest) refused.Add((owner, rest));
        if (refused.Count > 0) throw ApplyConflicts.Refuse(refused);
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
