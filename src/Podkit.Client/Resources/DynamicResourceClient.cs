using System.Text.Json.Nodes;
using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>The calls on a resource whose objects are JSON documents: nothing that the server sends is lost.</summary>
public sealed class DynamicResourceClient : ResourceClientBase<JsonObject, DynamicResourceClient>
{
    internal DynamicResourceClient(KubernetesClient client, ResourceScope scope)
        : base(client, scope, DocumentCodec.Instance)
    {
    }

    /// <summary>Server-side apply: the object gets the fields of the document, and loses those that this manager applied before and no longer does.</summary>
    /// <param name="value">The document; it has a name, and the resource's apiVersion and kind.</param>
    /// <param name="options">Field manager (default: the client's), force, dry run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    public Task<JsonObject> ApplyAsync(JsonObject value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        var codec = DocumentCodec.Instance;
        var name = codec.Name(value) ?? throw new ArgumentException("the object has no metadata.name", nameof(value));
        var target = codec.Namespace(value) is { Length: > 0 } ns && Scope.Kind.Namespaced ? With(Scope with { Namespace = CheckedNamespace(ns), AllNamespaces = false }) : this;
        return target.PatchAsync(name, PatchType.Apply, value, options, null, cancellationToken);
    }

    internal override DynamicResourceClient With(ResourceScope scope) => new(Client, scope);

    private string CheckedNamespace(string ns)
    {
        _ = Scope.CreatePath(ns);
        return ns;
    }
}
