using System.Text.Json.Nodes;
using Podkit.Client.Http;
using Podkit.Client.Resources;
using Podkit.Client.Watching;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>
/// The calls on one resource. A client is immutable: <c>InNamespace</c> and the selectors return another one. Without a namespace the
/// configuration's is used, as kubectl does.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <typeparam name="TSelf">The client's own type.</typeparam>
public abstract class ResourceClientBase<T, TSelf>
    where T : class
    where TSelf : ResourceClientBase<T, TSelf>
{
    internal ResourceClientBase(KubernetesClient client, ResourceScope scope, ObjectCodec<T> codec) => (Client, Scope, Codec) = (client, scope, codec);

    /// <summary>The client that the calls go through.</summary>
    public KubernetesClient Client { get; }

    /// <summary>The resource.</summary>
    public ResourceKind ResourceKind => Scope.Kind;

    internal ResourceScope Scope { get; }

    internal ObjectCodec<T> Codec { get; }

    /// <summary>The same resource in another namespace.</summary>
    /// <param name="ns">The namespace.</param>
    public TSelf InNamespace(string ns)
    {
        ArgumentException.ThrowIfNullOrEmpty(ns);
        return With(Scope with { Namespace = ns, AllNamespaces = false });
    }

    /// <summary>The same resource in all namespaces.</summary>
    public TSelf InAllNamespaces() => With(Scope with { Namespace = null, AllNamespaces = true });

    /// <summary>The same resource with another limit for how long a call may take until its answer has been read, retries included; watches are not bound.</summary>
    /// <param name="timeout">The limit, instead of <see cref="KubernetesClientOptions.RequestTimeout"/>.</param>
    public TSelf WithTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return With(Scope with { Timeout = timeout });
    }

    /// <summary>Only the metadata of the objects: the server leaves out everything else, in answers and in watches (<c>as=PartialObjectMetadata</c>).</summary>
    public MetadataResourceClient Metadata() => new(Client, Scope);

    /// <summary>Only the objects whose labels match, for lists, watches and <see cref="DeleteAllAsync"/>.</summary>
    /// <param name="labelSelector">A selector as kubectl takes it, such as <c>app=web,tier in (a,b)</c>.</param>
    public TSelf Matching(string labelSelector) => With(Scope with { LabelSelector = labelSelector });

    /// <summary>Only the objects whose fields match, for lists, watches and <see cref="DeleteAllAsync"/>.</summary>
    /// <param name="fieldSelector">A selector as kubectl takes it, such as <c>spec.nodeName=here</c>.</param>
    public TSelf MatchingFields(string fieldSelector) => With(Scope with { FieldSelector = fieldSelector });

    /// <summary>Reads a subresource that answers with the object itself, such as <c>status</c> or <c>ephemeralcontainers</c>.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="subresource">The subresource.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<T> GetSubresourceAsync(string name, string subresource, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subresource);
        return Client.Api.CallAsync(Call(HttpMethod.Get, Scope.ObjectPath(name, null, subresource)), Codec, cancellationToken);
    }

    /// <summary>Reads an object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubernetesException">There is none (<see cref="KubernetesException.IsNotFound"/>), or the server refuses.</exception>
    public Task<T> GetAsync(string name, CancellationToken cancellationToken = default) =>
        Client.Api.CallAsync(Call(HttpMethod.Get, Scope.ObjectPath(name)), Codec, cancellationToken);

    /// <summary>Reads an object, or returns null when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<T?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Lists the objects in pages of 500: <c>await foreach</c> takes them as they come, <c>await</c> the whole list with its version. When a page's
    /// version has expired in the middle, the rest comes from one full list (objects already returned are not repeated).
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ResourceListing<T> ListAsync(CancellationToken cancellationToken = default) => ListAsync(new ListOptions(), cancellationToken);

    /// <inheritdoc cref="ListAsync(CancellationToken)"/>
    /// <param name="options">Page size, and at which version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ResourceListing<T> ListAsync(ListOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ResourceListing<T>(ReadPageAsync, Codec, options, cancellationToken);
    }

    /// <summary>Reads one page of a list.</summary>
    /// <param name="options">Which page, and at which version; null: everything, newest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ResourcePage<T>> ListPageAsync(ListPageOptions? options = null, CancellationToken cancellationToken = default) => ReadPageAsync(options, null, cancellationToken);

    private Task<ResourcePage<T>> ReadPageAsync(ListPageOptions? options, Action<string>? found, CancellationToken cancellationToken)
    {
        var query = Scope.Select(new QueryBuilder());
        if (options is not null)
        {
            query.Add("limit", options.Limit).Add("continue", options.Continue)
                .Add("resourceVersion", options.ResourceVersion).Add("resourceVersionMatch", options.ResourceVersionMatch);
        }

        return Client.Api.CallAsync(Scope.CollectionCall(HttpMethod.Get, query), json => ListReader.Read(json, Codec, found), cancellationToken, Codec.Prepare);
    }

    /// <summary>Changes an object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">What the body is.</param>
    /// <param name="body">The patch, UTF-8.</param>
    /// <param name="options">How.</param>
    /// <param name="subresource">A subresource to patch, such as <c>status</c> or <c>ephemeralcontainers</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    public Task<T> PatchAsync(
        string name, PatchType type, ReadOnlyMemory<byte> body, WriteOptions? options = null, string? subresource = null, CancellationToken cancellationToken = default)
    {
        if (body.IsEmpty) throw new ArgumentException("a patch has a body", nameof(body));
        return SendPatchAsync(Scope.ObjectPath(name, null, subresource), type, body, options, cancellationToken);
    }

    /// <inheritdoc cref="PatchAsync(string, PatchType, ReadOnlyMemory{byte}, WriteOptions?, string?, CancellationToken)"/>
    public Task<T> PatchAsync(string name, PatchType type, JsonNode body, WriteOptions? options = null, string? subresource = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return PatchAsync(name, type, JsonBytes.Of(body), options, subresource, cancellationToken);
    }

    /// <summary>Changes an object's status.</summary>
    /// <inheritdoc cref="PatchAsync(string, PatchType, ReadOnlyMemory{byte}, WriteOptions?, string?, CancellationToken)"/>
    public Task<T> PatchStatusAsync(string name, PatchType type, JsonNode body, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        PatchAsync(name, type, body, options, "status", cancellationToken);

    /// <summary>Deletes an object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Grace period, preconditions, propagation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object when it is still there (it ends gracefully, or has finalizers); null when it is gone.</returns>
    public Task<T?> DeleteAsync(string name, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.Api.CallAsync(WithOptions(Call(HttpMethod.Delete, Scope.ObjectPath(name)), options), json => ListReader.IsStatus(json) ? null : Codec.Read(json), cancellationToken);

    /// <summary>Deletes all objects of the namespace that match the selectors.</summary>
    /// <param name="options">Grace period, propagation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task DeleteAllAsync(DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.Api.CallAsync(WithOptions(Scope.CollectionCall(HttpMethod.Delete, Scope.Select(new QueryBuilder())), options), _ => true, cancellationToken);

    /// <summary>
    /// Lists the objects and follows what happens to them, for as long as the caller reads: cut connections, expired versions and restarted servers
    /// are survived. Events come as <see cref="WatchEventType"/> says, so that a store of the objects is never half old and half new.
    /// </summary>
    /// <param name="options">Page size, error handler, limits.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesException">Before the first list has come: the request makes no sense to the server (400, 405, 406, 422), or is denied three times (401, 403, 404).</exception>
    /// <exception cref="KubernetesConnectionException">The server could not be trusted before the first list had come.</exception>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        new Reflector<T>(Client.Api, new WatchSource<T>(Scope, Codec), options ?? new WatchOptions()).RunAsync(cancellationToken);

    /// <inheritdoc cref="WatchAsync(WatchOptions?, CancellationToken)"/>
    /// <param name="cancellationToken">Ends the watch.</param>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(CancellationToken cancellationToken) => WatchAsync(null, cancellationToken);

    internal ApiCall Call(HttpMethod method, string pathAndQuery) => Scope.Call(method, pathAndQuery);

    internal Task<T> SendPatchAsync(string path, PatchType type, ReadOnlyMemory<byte> body, WriteOptions? options, CancellationToken cancellationToken)
    {
        if (type == PatchType.Apply) options = (options ?? new WriteOptions()) with { FieldManager = options?.FieldManager ?? Client.Options.FieldManager };
        var call = Call(HttpMethod.Patch, path + new QueryBuilder().Add(options)) with { Body = body, ContentType = MediaType(type) };
        return Client.Api.CallAsync(call, Codec, cancellationToken);
    }

    internal abstract TSelf With(ResourceScope scope);

    private static ApiCall WithOptions(ApiCall call, DeleteOptions? options) =>
        options is null ? call : call with { Body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(options, KubernetesJson.Default.MetaV1DeleteOptions), ContentType = "application/json" };

    private static string MediaType(PatchType type) => type switch
    {
        PatchType.Json => "application/json-patch+json",
        PatchType.Merge => "application/merge-patch+json",
        PatchType.StrategicMerge => "application/strategic-merge-patch+json",
        PatchType.Apply => "application/apply-patch+yaml",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a kind of patch"),
    };
}
