using System.Text.Json.Nodes;
using Podkit.Client;
using Podkit.Model.Authentication.V1;
using Podkit.Model.Coordination.V1;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Node.Agent;

/// <summary>The API server through Podkit.Client.</summary>
internal sealed class NodeApi(KubernetesClient client) : INodeApi
{
    /// <summary>The namespace of the leases by which nodes show that they live.</summary>
    public const string LeaseNamespace = "kube-node-lease";

    private static readonly WriteOptions Writing = new() { FieldManager = "kubelet" };

    public IAsyncEnumerable<WatchEvent<Pod>> WatchPodsAsync(string nodeName, CancellationToken cancellationToken) =>
        client.Pods.InAllNamespaces().MatchingFields("spec.nodeName=" + nodeName).WatchAsync(null, cancellationToken);

    public IAsyncEnumerable<WatchEvent<Service>> WatchServicesAsync(Action<Exception> onError, CancellationToken cancellationToken) =>
        client.Services.InAllNamespaces().WatchAsync(Watching(onError), cancellationToken);

    public IAsyncEnumerable<WatchEvent<ConfigMap>> WatchConfigMapAsync(string @namespace, string name, Action<Exception> onError, CancellationToken cancellationToken) =>
        client.ConfigMaps.InNamespace(@namespace).MatchingFields("metadata.name=" + name).WatchAsync(Watching(onError), cancellationToken);

    public IAsyncEnumerable<WatchEvent<Secret>> WatchSecretAsync(string @namespace, string name, Action<Exception> onError, CancellationToken cancellationToken) =>
        client.Secrets.InNamespace(@namespace).MatchingFields("metadata.name=" + name).WatchAsync(Watching(onError), cancellationToken);

    public Task<Pod> PatchPodStatusAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken) =>
        client.Pods.InNamespace(@namespace).PatchStatusAsync(name, PatchType.StrategicMerge, patch, Writing, cancellationToken);

    public Task DeletePodAsync(string @namespace, string name, string uid, CancellationToken cancellationToken) =>
        client.Pods.InNamespace(@namespace).DeleteAsync(name, new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new() { Uid = uid } }, cancellationToken);

    public Task BindPodAsync(string @namespace, string name, string nodeName, CancellationToken cancellationToken) =>
        client.Pods.InNamespace(@namespace).BindAsync(name, nodeName, cancellationToken);

    public Task CreateEventAsync(Event value, CancellationToken cancellationToken) =>
        client.Events.InNamespace(value.Metadata.Namespace!).CreateAsync(value, Writing, cancellationToken);

    public Task PatchEventAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken) =>
        client.Events.InNamespace(@namespace).PatchAsync(name, PatchType.Merge, patch, Writing, null, cancellationToken);

    public Task<Model.Core.V1.Node?> FindNodeAsync(string name, CancellationToken cancellationToken) => client.Nodes.FindAsync(name, cancellationToken);

    public Task<Model.Core.V1.Node> CreateNodeAsync(Model.Core.V1.Node node, CancellationToken cancellationToken) => client.Nodes.CreateAsync(node, Writing, cancellationToken);

    public Task<Model.Core.V1.Node> PatchNodeAsync(string name, JsonObject patch, bool status, CancellationToken cancellationToken) =>
        client.Nodes.PatchAsync(name, PatchType.StrategicMerge, patch, Writing, status ? "status" : null, cancellationToken);

    public Task DeleteNodeAsync(string name, CancellationToken cancellationToken) => client.Nodes.DeleteAsync(name, null, cancellationToken);

    public async Task RenewLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        var leases = client.Leases.InNamespace(LeaseNamespace);
        try
        {
            await leases.PatchAsync(lease.Metadata.Name!, PatchType.Merge, LeasePatch(lease), Writing, null, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            await leases.CreateAsync(lease, Writing, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task DeleteLeaseAsync(string name, CancellationToken cancellationToken) => client.Leases.InNamespace(LeaseNamespace).DeleteAsync(name, null, cancellationToken);

    public async Task<TokenRequestStatus> CreateAsync(string @namespace, string serviceAccount, TokenRequestSpec request, CancellationToken cancellationToken)
    {
        var answer = await client.ServiceAccounts.InNamespace(@namespace).CreateTokenAsync(serviceAccount, request, cancellationToken).ConfigureAwait(false);
        return answer.Status;
    }

    private static WatchOptions Watching(Action<Exception> onError) => new() { OnError = (error, _) => onError(error) };

    private static JsonObject LeasePatch(Lease lease) =>
        new() { ["spec"] = System.Text.Json.JsonSerializer.SerializeToNode(lease.Spec, Model.KubernetesJson.Default.CoordinationV1LeaseSpec) };
}
