using System.Text.Json.Nodes;
using Podkit.Client;
using Podkit.Model.Coordination.V1;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Agent;

/// <summary>What the node asks of its API server. Refusals are <see cref="KubernetesException"/>s.</summary>
internal interface INodeApi : ITokenSource
{
    /// <summary>Follows the pods bound to a node; with the empty name, those bound to none.</summary>
    IAsyncEnumerable<WatchEvent<Pod>> WatchPodsAsync(string nodeName, CancellationToken cancellationToken);

    /// <summary>Follows the services of all namespaces.</summary>
    IAsyncEnumerable<WatchEvent<Service>> WatchServicesAsync(Action<Exception> onError, CancellationToken cancellationToken);

    /// <summary>Follows one ConfigMap.</summary>
    IAsyncEnumerable<WatchEvent<ConfigMap>> WatchConfigMapAsync(string @namespace, string name, Action<Exception> onError, CancellationToken cancellationToken);

    /// <summary>Follows one Secret.</summary>
    IAsyncEnumerable<WatchEvent<Secret>> WatchSecretAsync(string @namespace, string name, Action<Exception> onError, CancellationToken cancellationToken);

    /// <summary>Changes a pod's status by a strategic merge patch and gives back the pod.</summary>
    Task<Pod> PatchPodStatusAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken);

    /// <summary>Removes a pod that has ended: a deletion without grace, for that UID alone.</summary>
    Task DeletePodAsync(string @namespace, string name, string uid, CancellationToken cancellationToken);

    /// <summary>Binds a pod to a node.</summary>
    Task BindPodAsync(string @namespace, string name, string nodeName, CancellationToken cancellationToken);

    /// <summary>Creates an event.</summary>
    Task CreateEventAsync(Event value, CancellationToken cancellationToken);

    /// <summary>Changes an event by a merge patch.</summary>
    Task PatchEventAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken);

    /// <summary>The node of that name, or null.</summary>
    Task<Model.Core.V1.Node?> FindNodeAsync(string name, CancellationToken cancellationToken);

    /// <summary>Creates a node.</summary>
    Task<Model.Core.V1.Node> CreateNodeAsync(Model.Core.V1.Node node, CancellationToken cancellationToken);

    /// <summary>Changes a node, or its status, by a strategic merge patch.</summary>
    Task<Model.Core.V1.Node> PatchNodeAsync(string name, JsonObject patch, bool status, CancellationToken cancellationToken);

    /// <summary>Removes a node.</summary>
    Task DeleteNodeAsync(string name, CancellationToken cancellationToken);

    /// <summary>Creates the node's lease, or renews it.</summary>
    Task RenewLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Removes the node's lease.</summary>
    Task DeleteLeaseAsync(string name, CancellationToken cancellationToken);
}
