using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>
/// Finalizers: names that keep an object from going until they are taken off. Put on and taken off by a JSON patch that tests the resourceVersion, so that finalizers of
/// others are never lost or raised; when the object has changed meanwhile, it is read again and tried again.
/// </summary>
public static class FinalizerExtensions
{
    private const int Attempts = 8;

    /// <summary>Puts a finalizer on an object, unless it has it or is being deleted: Kubernetes takes no new finalizers then.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="value">The object.</param>
    /// <param name="finalizer">The finalizer, with a domain, such as <c>example.com/cleanup</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server has it now; the same when there was nothing to do.</returns>
    public static async Task<T> EnsureFinalizerAsync<T>(this ResourceClient<T> resource, T value, string finalizer, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject =>
        await ChangeAsync(resource, value, finalizer, add: true, cancellationToken).ConfigureAwait(false)
        ?? throw new KubernetesException(new Model.Meta.V1.Status { Code = 404, Reason = "NotFound", Message = $"{resource.ResourceKind.Kind} {ObjectKey.Of(value)} is gone" });

    /// <summary>Takes a finalizer off an object, if it has it; when it was the last of one that is being deleted, the object goes.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="value">The object.</param>
    /// <param name="finalizer">The finalizer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object as the server has it now; null when it is gone.</returns>
    public static Task<T?> RemoveFinalizerAsync<T>(this ResourceClient<T> resource, T value, string finalizer, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject => ChangeAsync(resource, value, finalizer, add: false, cancellationToken);

    private static async Task<T?> ChangeAsync<T>(ResourceClient<T> resource, T value, string finalizer, bool add, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentException.ThrowIfNullOrEmpty(finalizer);
        var place = resource.ResourceKind.Namespaced && value.Metadata.Namespace is { Length: > 0 } ns ? resource.InNamespace(ns) : resource;
        var name = value.Metadata.Name ?? throw new ArgumentException("the object has no metadata.name", nameof(value));
        for (var attempt = 1; ; attempt++)
        {
            var has = value.Metadata.Finalizers?.Contains(finalizer) == true;
            if (has == add || (add && value.Metadata.DeletionTimestamp is not null)) return value;
            try
            {
                return await place.PatchAsync(name, PatchType.Json, Patch(value, finalizer, add), null, null, cancellationToken).ConfigureAwait(false);
            }
            catch (KubernetesException e) when (e.IsNotFound && !add)
            {
                return null;
            }
            catch (KubernetesException e) when ((e.IsConflict || e.IsInvalid) && attempt < Attempts)
            {
                // A test that fails is answered as Invalid: if the object is as it was, it is the patch that is.
                if (await place.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } now || now.Metadata.Uid != value.Metadata.Uid) return null;
                if (now.Metadata.ResourceVersion == value.Metadata.ResourceVersion) throw;
                value = now;
            }
        }
    }

    private static JsonArray Patch<T>(T value, string finalizer, bool add)
        where T : class, IKubernetesObject
    {
        List<string> wanted = [.. value.Metadata.Finalizers ?? []];
        if (add) wanted.Add(finalizer);
        else wanted.RemoveAll(f => f == finalizer);
        var change = wanted.Count == 0
            ? new JsonObject { ["op"] = "remove", ["path"] = "/metadata/finalizers" }
            : new JsonObject { ["op"] = "add", ["path"] = "/metadata/finalizers", ["value"] = new JsonArray([.. wanted.Select(f => (JsonNode)f!)]) };
        return [new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = value.Metadata.ResourceVersion }, change];
    }
}
