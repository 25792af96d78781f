using System.Text.Json.Nodes;
using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>The calls on a resource whose objects are JSON documents: nothing that the server sends is lost.</summary>
public sealed class DynamicResourceClient : WritableResourceClient<JsonObject, DynamicResourceClient>
{
    internal DynamicResourceClient(KubernetesClient client, ResourceScope scope)
        : base(client, scope, DocumentCodec.Instance)
    {
    }

    internal override DynamicResourceClient With(ResourceScope scope) => new(Client, scope);
}
