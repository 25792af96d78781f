using System.Text.Json;
using Podkit.Client.Http;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Autoscaling.V1;

namespace Podkit.Client;

/// <summary>The subresource <c>scale</c> (<c>autoscaling/v1</c>) of whatever has replicas: deployments, statefulsets, replicasets, custom resources.</summary>
public static class ScaleClientExtensions
{
    /// <summary>Reads how many replicas are wanted and there.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <typeparam name="TSelf">The client's own type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="name">The object.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<Scale> GetScaleAsync<T, TSelf>(this ResourceClientBase<T, TSelf> resource, string name, CancellationToken cancellationToken = default)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf>
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Client.Api.CallAsync(Call(resource, HttpMethod.Get, name, null), Read, cancellationToken);
    }

    /// <summary>Replaces the scale; with its <c>resourceVersion</c>, only if nobody has changed the object since.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <typeparam name="TSelf">The client's own type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="name">The object.</param>
    /// <param name="scale">The wanted scale.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<Scale> ReplaceScaleAsync<T, TSelf>(this ResourceClientBase<T, TSelf> resource, string name, Scale scale, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf>
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(scale);
        var call = Call(resource, HttpMethod.Put, name, options) with { Body = JsonSerializer.SerializeToUtf8Bytes(scale, KubernetesJson.Default.AutoscalingV1Scale), ContentType = "application/json" };
        return resource.Client.Api.CallAsync(call, Read, cancellationToken);
    }

    /// <summary>Sets how many replicas are wanted, whatever they were.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <typeparam name="TSelf">The client's own type.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="name">The object.</param>
    /// <param name="replicas">How many.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<Scale> ScaleAsync<T, TSelf>(this ResourceClientBase<T, TSelf> resource, string name, int replicas, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf>
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);
        var patch = System.Text.Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"spec":{"replicas":{{{replicas}}}}}"""));
        var call = Call(resource, HttpMethod.Patch, name, options) with { Body = patch, ContentType = "application/merge-patch+json" };
        return resource.Client.Api.CallAsync(call, Read, cancellationToken);
    }

    private static ApiCall Call<T, TSelf>(ResourceClientBase<T, TSelf> resource, HttpMethod method, string name, WriteOptions? options)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf> =>
        resource.Call(method, resource.Scope.ObjectPath(name, null, "scale") + new QueryBuilder().Add(options)) with { Accept = "application/json" };

    private static Scale Read(ReadOnlySpan<byte> body) => JsonSerializer.Deserialize(body, KubernetesJson.Default.AutoscalingV1Scale) ?? throw new JsonException("expected a scale");
}
