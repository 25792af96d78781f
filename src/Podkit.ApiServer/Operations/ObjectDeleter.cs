using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Operations;

/// <summary>Deletes objects: at once, after a grace period, or when their finalizers are done.</summary>
internal static class ObjectDeleter
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    /// <summary>What became of the object.</summary>
    /// <param name="Document">Its last or newest state.</param>
    /// <param name="IsGone">Whether it is no longer stored.</param>
    internal readonly record struct Outcome(JsonObject Document, bool IsGone);

    public static Outcome Delete(ServerServices services, OperationContext context, DeleteOptions options)
    {
        while (true)
        {
            var found = services.Store.Find(context.Kind, context.Namespace, context.Name) ?? throw ApiException.NotFound(context.Kind, context.Name);
            CheckPreconditions(context, found, options);
            if (TryDelete(services, context, found, options) is { } outcome) return outcome;
        }
    }

    private static Outcome? TryDelete(ServerServices services, OperationContext context, StoredObject found, DeleteOptions options)
    {
        var old = found.ToJson();
        services.Strategies.Of(context.Kind).Admit(null, old, context);
        var updated = old.Copy();
        SetPropagation(context.Kind, updated, options.PropagationPolicy);
        var grace = Mark(services, context.Kind, updated, options);
        var waits = grace > 0 || updated.Metadata()["finalizers"] is JsonArray { Count: > 0 } || HoldsNamespace(context.Kind, updated);
        if (!waits && !IsGraceful(context.Kind)) updated = old;
        if (context.DryRun) return new Outcome(updated, !waits);
        if (!waits)
        {
            return services.Store.Delete(found, StoredDocument.Of(context.Kind, updated)) is { } last ? new Outcome(last.ToJson(), true) : null;
        }

        if (JsonNode.DeepEquals(old, updated)) return new Outcome(old, false);
        return services.Store.Update(found, StoredDocument.Of(context.Kind, updated)) is { } marked ? new Outcome(marked.ToJson(), false) : null;
    }

    private static void CheckPreconditions(OperationContext context, StoredObject found, DeleteOptions options)
    {
        var kind = context.Kind;
        if (options.Uid is { } uid && uid != found.Uid)
        {
            throw ApiException.Conflict(
                kind.Group, kind.Kind, context.Name, $"the UID in the precondition ({uid}) does not match the UID in record ({found.Uid}). The object might have been deleted and then recreated");
        }

        if (options.ResourceVersion is { } version && version != found.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw ApiException.Conflict(
                kind.Group,
                kind.Kind,
                context.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({found.ResourceVersion}). The object might have been modified");
        }
    }

    private static void SetPropagation(ResourceKind kind, JsonObject document, string? policy)
    {
        var metadata = document.Metadata();
        var finalizers = metadata.Texts("finalizers").Where(f => policy is null || f is not (Foreground or Orphan)).ToList();
        if (policy == "Foreground") finalizers.Add(Foreground);
        if (policy == "Orphan") finalizers.Add(Orphan);
        if (finalizers.Count == 0) metadata.Remove("finalizers");
        else metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]);
        if (kind == Kinds.Namespaces && metadata["deletionTimestamp"] is null) document.Child("status")["phase"] = "Terminating";
    }

    /// <summary>Marks the object as deleted and returns the grace period that it still has.</summary>
    private static long Mark(ServerServices services, ResourceKind kind, JsonObject document, DeleteOptions options)
    {
        var metadata = document.Metadata();
        var now = services.Time.GetUtcNow();
        var grace = kind == Kinds.Pods ? PodGrace(document, options.GracePeriodSeconds) : 0;
        if (metadata["deletionTimestamp"] is not null)
        {
            var left = metadata.Number("deletionGracePeriodSeconds") ?? 0;
            if (grace >= left) return left;
            metadata["deletionTimestamp"] = now.AddSeconds(grace).ToTime();
            metadata["deletionGracePeriodSeconds"] = grace;
            return grace;
        }

        metadata["deletionTimestamp"] = now.AddSeconds(grace).ToTime();
        if (kind != Kinds.Namespaces) metadata["deletionGracePeriodSeconds"] = grace;
        if (metadata.Number("generation") is { } generation and > 0) metadata["generation"] = generation + 1;
        return grace;
    }

    /// <summary>Kinds that are deleted gracefully are marked even when they go at once.</summary>
    private static bool IsGraceful(ResourceKind kind) => kind == Kinds.Pods;

    private static long PodGrace(JsonObject pod, long? asked)
    {
        if (pod.TextAt("spec.nodeName").Length == 0 || pod.TextAt("status.phase") is "Failed" or "Succeeded") return 0;
        var period = asked ?? (pod["spec"] as JsonObject)?.Number("terminationGracePeriodSeconds") ?? 0;
        return period < 0 ? 1 : period;
    }

    private static bool HoldsNamespace(ResourceKind kind, JsonObject document) =>
        kind == Kinds.Namespaces && document["spec"]?["finalizers"] is JsonArray { Count: > 0 };
}
