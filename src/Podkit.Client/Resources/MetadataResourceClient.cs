using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>
/// The calls on the metadata of a resource's objects: the server sends neither spec nor status nor data. For garbage collectors, counters, caches of
/// names and owners. Reads, watches, patches of metadata and deletions; there is nothing to create.
/// </summary>
public sealed class MetadataResourceClient : ResourceClientBase<PartialObjectMetadata, MetadataResourceClient>
{
    internal MetadataResourceClient(KubernetesClient client, ResourceScope scope)
        : base(client, scope with { MetadataOnly = true }, MetadataCodec.Instance)
    {
    }

    internal override MetadataResourceClient With(ResourceScope scope) => new(Client, scope);
}
