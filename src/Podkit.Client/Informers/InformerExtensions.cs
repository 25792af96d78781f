using System.Text.Json.Nodes;
using Podkit.Client.Watching;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>Makes informers of resources. Each is one watch; to share one, see <see cref="SharedInformers"/>.</summary>
public static class InformerExtensions
{
    /// <summary>An informer of the objects that the client is about: its namespace and selectors. Start it with <see cref="Informer{T}.StartAsync"/> and dispose it.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="configure">Indexes, transform, resync, limits.</param>
    public static Informer<T> Informer<T>(this ResourceClient<T> resource, Action<InformerOptions<T>>? configure = null)
        where T : class, IKubernetesObject => Create(resource, configure);

    /// <summary>An informer of JSON documents. Start it with <see cref="Informer{T}.StartAsync"/> and dispose it.</summary>
    /// <inheritdoc cref="Informer{T}(ResourceClient{T}, Action{InformerOptions{T}}?)"/>
    public static Informer<JsonObject> Informer(this DynamicResourceClient resource, Action<InformerOptions<JsonObject>>? configure = null) => Create(resource, configure);

    /// <summary>
    /// An informer of the metadata of objects, by <c>Metadata()</c> of any resource: the server sends and the informer keeps neither spec nor status. Start it with
    /// <see cref="Informer{T}.StartAsync"/> and dispose it.
    /// </summary>
    /// <inheritdoc cref="Informer{T}(ResourceClient{T}, Action{InformerOptions{T}}?)"/>
    public static Informer<PartialObjectMetadata> Informer(this MetadataResourceClient resource, Action<InformerOptions<PartialObjectMetadata>>? configure = null) => Create(resource, configure);

    internal static Informer<T> Create<T, TSelf>(ResourceClientBase<T, TSelf> resource, Action<InformerOptions<T>>? configure, bool neverGivesUp = false)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf>
    {
        ArgumentNullException.ThrowIfNull(resource);
        var options = new InformerOptions<T>();
        configure?.Invoke(options);
        if (neverGivesUp) options.Watch = options.Watch with { NeverGivesUp = true };
        var source = new WatchSource<T>(resource.Scope, resource.Codec.ForInformer(options.DropManagedFields));
        return new Informer<T>(resource.Client.Api, source, options, resource.Client.Options.LoggerFactory);
    }
}
