using System.Text.Json.Nodes;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.Model;

namespace Podkit.ApiServer.Handlers;

/// <summary>The subresources of pods that answer a POST.</summary>
internal static class PodSubresources
{
    public static void Register(ServerServices services)
    {
        var binding = new BindingHandler(services);
        services.Strategies.RegisterCreate(Kinds.Pods, "binding", binding);
        services.Strategies.RegisterCreate(ResourceTable.Get("", "v1", "bindings"), "", binding);
        services.Strategies.RegisterCreate(Kinds.Pods, "eviction", new EvictionHandler(services));
    }

    /// <summary>The answer to a POST that was carried out.</summary>
    public static JsonObject Done() => new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
}
