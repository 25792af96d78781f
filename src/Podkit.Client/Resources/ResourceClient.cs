using Podkit.Client.Resources;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>The calls on a resource whose objects have a type.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class ResourceClient<T> : ResourceClientBase<T, ResourceClient<T>>
    where T : class, IResource<T>
{
    internal ResourceClient(KubernetesClient client, ResourceScope scope)
        : base(client, scope, TypedCodec<T>.Instance)
    {
    }

    internal override ResourceClient<T> With(ResourceScope scope) => new(Client, scope);
}
