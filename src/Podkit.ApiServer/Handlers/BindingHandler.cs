using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Handlers;

/// <summary>Binds a pod to a node, as a scheduler asks for it.</summary>
internal sealed class BindingHandler(ServerServices services) : ICreateHandler
{
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = services.Store.Find(Kinds.Pods, context.Namespace, context.Name) ?? throw ApiException.NotFound(Kinds.Pods, context.Name);
            var pod = found.ToJson();
            PodBinding.Apply(pod, body, context.Name, context.Time.GetUtcNow());
            if (context.DryRun || services.Store.Update(found, StoredDocument.Of(Kinds.Pods, pod)) is not null) return ValueTask.FromResult(PodSubresources.Done());
        }
    }
}
