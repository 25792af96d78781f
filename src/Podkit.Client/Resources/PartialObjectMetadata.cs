using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>The metadata of an object of any kind: what the server sends for <c>as=PartialObjectMetadata;g=meta.k8s.io;v=v1</c>.</summary>
public sealed class PartialObjectMetadata : IKubernetesObject
{
    /// <summary><c>meta.k8s.io/v1</c>: that of this form, not that of the object.</summary>
    public string? ApiVersion { get; set; } = "meta.k8s.io/v1";

    /// <summary><c>PartialObjectMetadata</c>: the kind of this form, not that of the object.</summary>
    public string? Kind { get; set; } = "PartialObjectMetadata";

    /// <summary>Name, namespace, labels, annotations, owners and versions of the object.</summary>
    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();
}
