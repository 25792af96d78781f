using Podkit.Client.Resources;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>The calls on a resource whose objects have a type.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class ResourceClient<T> : WritableResourceClient<T, ResourceClient<T>>
    where T : class, IKubernetesObject
{
    internal ResourceClient(KubernetesClient client, ResourceScope scope, ObjectCodec<T> codec)
        : base(client, scope, codec)
    {
    }

    internal override ResourceClient<T> With(ResourceScope scope) => new(Client, scope, Codec);
}
