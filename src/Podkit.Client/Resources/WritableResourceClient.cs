using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>The calls on a resource whose whole objects are read and written.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <typeparam name="TSelf">The client's own type.</typeparam>
public abstract class WritableResourceClient<T, TSelf> : ResourceClientBase<T, TSelf>
    where T : class
    where TSelf : WritableResourceClient<T, TSelf>
{
    internal WritableResourceClient(KubernetesClient client, ResourceScope scope, ObjectCodec<T> codec)
        : base(client, scope, codec)
    {
    }

    /// <summary>Creates an object. Never sent again after a broken connection: it may have been created.</summary>
    /// <param name="value">The object; its namespace, when it has one, must be the client's. Without a name, its <c>generateName</c> gets a random suffix.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    /// <exception cref="KubernetesException">There is already one of that name (<see cref="KubernetesException.IsAlreadyExists"/>), or it is not valid.</exception>
    public Task<T> CreateAsync(T value, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WriteAsync(HttpMethod.Post, Scope.CreatePath(Codec.Namespace(value)), value, options, cancellationToken);
    }

    /// <summary>Replaces an object; with its <c>resourceVersion</c>, only if nobody has changed it since.</summary>
    /// <param name="value">The object.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    /// <exception cref="KubernetesException">Somebody has changed it (<see cref="KubernetesException.IsConflict"/>): read it again.</exception>
    public Task<T> ReplaceAsync(T value, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ReplaceSubresourceAsync(value, null, options, cancellationToken);

    /// <summary>Replaces an object's status; Kubernetes ignores everything else of the object there.</summary>
    /// <inheritdoc cref="ReplaceAsync(T, WriteOptions?, CancellationToken)"/>
    public Task<T> ReplaceStatusAsync(T value, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ReplaceSubresourceAsync(value, "status", options, cancellationToken);

    /// <summary>Replaces a subresource that is written as the object itself, such as <c>status</c>, <c>ephemeralcontainers</c> or <c>resize</c>.</summary>
    /// <param name="value">The object.</param>
    /// <param name="subresource">The subresource; null for the object itself.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    public Task<T> ReplaceSubresourceAsync(T value, string? subresource, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WriteAsync(HttpMethod.Put, Scope.ObjectPath(NameOf(value), Codec.Namespace(value), subresource), value, options, cancellationToken);
    }

    /// <summary>
    /// Server-side apply: the object gets the fields of <paramref name="desired"/>, and loses those that this manager applied before and no longer does.
    /// What the server alone sets (<c>managedFields</c>, <c>creationTimestamp</c>, <c>status</c>) and empty structures that only the type brings
    /// with it are left out, so that they are not owned.
    /// </summary>
    /// <param name="desired">The wanted fields; it has a name.</param>
    /// <param name="fieldManager">Who owns the fields; default: <see cref="KubernetesClientOptions.FieldManager"/>.</param>
    /// <param name="force">Whether to take over fields that others own; a controller should, a person should not.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server keeps it.</returns>
    /// <exception cref="KubernetesException">Others own fields with other values (<see cref="KubernetesException.IsConflict"/>; the causes name field and owner).</exception>
    public Task<T> ApplyAsync(T desired, string? fieldManager = null, bool force = false, CancellationToken cancellationToken = default) =>
        ApplyAsync(desired, new WriteOptions { FieldManager = fieldManager, Force = force }, null, cancellationToken);

    /// <inheritdoc cref="ApplyAsync(T, string?, bool, CancellationToken)"/>
    /// <param name="desired">The wanted fields; it has a name.</param>
    /// <param name="options">Field manager (default: the client's), force, dry run.</param>
    /// <param name="subresource">A subresource to apply to, such as <c>status</c>; null for the object itself.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<T> ApplyAsync(T desired, WriteOptions? options, string? subresource = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var path = Scope.ObjectPath(NameOf(desired), Codec.Namespace(desired), subresource);
        var body = ApplyDocument.Of(Codec.Write(desired), Scope.Kind, subresource);
        return SendPatchAsync(path, PatchType.Apply, body, options, cancellationToken);
    }

    private static string Missing => "the object has no metadata.name";

    private string NameOf(T value) => Codec.Name(value) is { Length: > 0 } name ? name : throw new ArgumentException(Missing, nameof(value));

    private Task<T> WriteAsync(HttpMethod method, string path, T value, WriteOptions? options, CancellationToken cancellationToken)
    {
        var call = Call(method, path + new QueryBuilder().Add(options)) with { Body = Codec.Write(value), ContentType = "application/json" };
        return Client.Api.CallAsync(call, Codec, cancellationToken);
    }
}
