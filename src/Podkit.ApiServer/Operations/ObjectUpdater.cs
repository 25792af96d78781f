using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Validation;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Operations;

/// <summary>Changes objects: everything between a new state and the store.</summary>
internal static class ObjectUpdater
{
    /// <summary>How often an update without a version is tried again when another writer was faster.</summary>
    private const int Attempts = 100;

    /// <summary>Changes an object.</summary>
    /// <param name="services">The server.</param>
    /// <param name="context">The request.</param>
    /// <param name="change">Makes the new state of the old one, or throws; called again when another writer was faster. Both are its own to change.</param>
    /// <param name="trackFields">Notes in the second who owns which field, seen from the first; before admission.</param>
    /// <returns>The object's document after the change.</returns>
    public static JsonObject Update(ServerServices services, OperationContext context, Func<JsonObject, JsonObject> change, Action<JsonObject, JsonObject> trackFields)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = services.Store.Find(context.Kind, context.Namespace, context.Name) ?? throw ApiException.NotFound(context.Kind, context.Name);
            if (TryUpdate(services, context, found, change, trackFields) is { } done) return done;
        }

        throw ApiException.Modified(context.Kind, context.Name);
    }

    private static JsonObject? TryUpdate(ServerServices services, OperationContext context, StoredObject found, Func<JsonObject, JsonObject> change, Action<JsonObject, JsonObject> trackFields)
    {
        var strategy = services.Strategies.Of(context.Kind);
        var old = found.ToJson();
        var updated = change(old.Copy());
        var version = ObjectCreator.VersionOf(updated);
        if (version is { } given && given != 0 && given != found.ResourceVersion) throw ApiException.Modified(context.Kind, context.Name);
        CheckUid(context, old, updated);
        KeepMetadata(old, updated);
        trackFields(old, updated);
        strategy.Admit(updated, old, context);
        strategy.PrepareForUpdate(updated, old, context);
        strategy.Shape(updated);
        Validate(strategy, context, updated, old);
        updated.Metadata()["resourceVersion"] = found.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        FieldOwnership.KeepTimes(old, updated);
        if (JsonNode.DeepEquals(old, updated)) return old;
        if (IsFinished(context, updated))
        {
            if (context.DryRun) return updated;
            return services.Store.Delete(found, StoredDocument.Of(context.Kind, updated)) is null ? null : updated;
        }

        if (context.DryRun) return updated;
        return services.Store.Update(found, StoredDocument.Of(context.Kind, updated))?.ToJson();
    }

    private static void CheckUid(OperationContext context, JsonObject old, JsonObject updated)
    {
        var given = updated.Metadata().Text("uid");
        var actual = old.Metadata().Text("uid");
        if (given.Length == 0 || given == actual) return;
        var kind = context.Kind;
        var key = (kind.Group.Length == 0 ? "" : kind.Group + "/") + kind.Resource + (kind.Namespaced ? "/" + context.Namespace : "") + "/" + context.Name;
        throw ApiException.Conflict(
            kind,
            context.Name,
            $"StorageError: invalid object, Code: 4, Key: /registry/{key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {given}, UID in object meta: {actual}");
    }

    /// <summary>What no client changes may be left out; a deletion once begun stays.</summary>
    private static void KeepMetadata(JsonObject old, JsonObject updated)
    {
        var (before, after) = (old.Metadata(), updated.Metadata());
        foreach (var field in new[] { "uid", "creationTimestamp", "namespace", "deletionTimestamp", "deletionGracePeriodSeconds" })
        {
            if (before[field] is { } value && (after[field] is null || field == "deletionTimestamp")) after[field] = value.DeepClone();
        }

        after.Remove("selfLink");
    }

    private static void Validate(ResourceStrategy strategy, OperationContext context, JsonObject updated, JsonObject old)
    {
        var errors = new List<FieldError>();
        ObjectMetaValidation.ValidateUpdate(updated, old, errors);
        strategy.ValidateUpdate(updated, old, context, errors);
        if (errors.Count > 0) throw ApiException.Invalid(context.Kind, context.Name, errors);
    }

    /// <summary>Whether nothing keeps a deleted object any more.</summary>
    private static bool IsFinished(OperationContext context, JsonObject document)
    {
        var metadata = document.Metadata();
        if (metadata["deletionTimestamp"] is null || metadata["finalizers"] is JsonArray { Count: > 0 }) return false;
        if (context.Kind == Kinds.Namespaces) return document["spec"]?["finalizers"] is not JsonArray { Count: > 0 };
        return metadata.Number("deletionGracePeriodSeconds") is null or 0;
    }
}
