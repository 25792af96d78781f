using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Admission;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Operations;

/// <summary>Creates objects: everything between a decoded body and the store.</summary>
internal static class ObjectCreator
{
    /// <summary>Creates an object.</summary>
    /// <param name="services">The server.</param>
    /// <param name="document">The decoded body; changed.</param>
    /// <param name="context">The request; its name is that of <see cref="NameOf"/>.</param>
    /// <param name="trackFields">Notes who owns which field, after defaulting and before admission.</param>
    /// <returns>The stored object's document, without a resource version on a dry run.</returns>
    public static JsonObject Create(ServerServices services, JsonObject document, OperationContext context, Action<JsonObject> trackFields)
    {
        var strategy = services.Strategies.Of(context.Kind);
        Prepare(services, strategy, document, context, trackFields);
        var stored = StoredDocument.Of(context.Kind, document);
        if (context.DryRun)
        {
            if (services.Store.Find(context.Kind, context.Namespace, context.Name) is not null) throw ApiException.AlreadyExists(context.Kind, context.Name);
            return document;
        }

        var created = services.Store.Create(stored) ?? throw ApiException.AlreadyExists(context.Kind, context.Name);
        if (context.Kind == Kinds.Namespaces) services.NamespaceDefaults.Ensure(context.Name);
        return created.ToJson();
    }

    /// <summary>The name of a new object: its own, or one generated from <c>generateName</c>; empty when it has neither.</summary>
    public static string NameOf(JsonObject document)
    {
        var metadata = document.Metadata();
        if (metadata.Text("name") is { Length: > 0 } name) return name;
        var start = metadata.Text("generateName");
        return start.Length == 0 ? "" : RandomNames.After(start);
    }

    /// <summary>Checks that a body's namespace is that of the path, and sets it.</summary>
    public static void SetNamespace(ResourceKind kind, JsonObject document, string ns)
    {
        var metadata = document.Metadata();
        var given = metadata.Text("namespace");
        if (!kind.Namespaced)
        {
            if (given.Length > 0) throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            metadata.Remove("namespace");
            return;
        }

        if (given.Length > 0 && given != ns) throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = ns;
    }

    /// <summary>Refuses new objects in namespaces that are not there or are going away.</summary>
    public static void CheckNamespace(IObjectReader objects, ResourceKind kind, string ns, string name)
    {
        if (!kind.Namespaced) return;
        var found = objects.Find(Kinds.Namespaces, "", ns) ?? throw ApiException.NotFound(Kinds.Namespaces, ns);
        if (found.Read(KubernetesJson.Default.CoreV1Namespace).Metadata.DeletionTimestamp is null) return;
        var refusal = ApiException.Forbidden(kind.Group, kind.Resource, name, $"unable to create new content in namespace {ns} because it is being terminated");
        refusal.Status.Details!.Causes = [new() { Reason = "NamespaceTerminating", Message = $"namespace {ns} is being terminated", Field = "metadata.namespace" }];
        throw refusal;
    }

    private static void Prepare(ServerServices services, ResourceStrategy strategy, JsonObject document, OperationContext context, Action<JsonObject> trackFields)
    {
        var metadata = document.Metadata();
        if (metadata.Text("resourceVersion").Length > 0) throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation" }) metadata.Remove(field);
        if (context.Name.Length > 0) metadata["name"] = context.Name;
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = services.Time.GetUtcNow().ToTime();
        strategy.Default(document);
        strategy.Shape(document);
        trackFields(document);
        CheckNamespace(services.Store, context.Kind, context.Namespace, context.Name);
        strategy.Admit(document, null, context);
        strategy.PrepareForCreate(document, context);
        strategy.Shape(document);
        var errors = new List<FieldError>();
        ObjectMetaValidation.Validate(document, strategy, errors);
        strategy.Validate(document, context, errors);
        if (errors.Count == 0 && context.Kind == Kinds.Services) services.Addresses.Assign(document, errors);
        if (errors.Count > 0) throw ApiException.Invalid(context.Kind, context.Name, errors);
    }

    /// <summary>A document's resource version as a number; null when it has none.</summary>
    public static long? VersionOf(JsonObject document) =>
        long.TryParse(document.Metadata().Text("resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
