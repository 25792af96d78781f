using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model;
using Podkit.Model.Coordination.V1;
using Podkit.Model.Core.V1;
using Podkit.Node.Status;

namespace Podkit.Node.Agent;

/// <summary>The Node object and its lease: registers them, shows that the node lives, removes them at its end.</summary>
internal sealed partial class NodeRegistration(INodeApi api, NodeAgentOptions options, IReadOnlyDictionary<string, Quantity> capacity, string runtime, TimeProvider time, ILogger logger)
{
    private const int LeaseSeconds = 40;
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMinutes(5);
    private static readonly string[] Owned = ["addresses", "allocatable", "capacity", "conditions", "daemonEndpoints", "nodeInfo"];

    private readonly DateTimeOffset _readySince = time.GetUtcNow();
    private string? _uid;
    private DateTimeOffset? _stoppedAt;

    /// <summary>The node as registered.</summary>
    public Model.Core.V1.Node Node { get; private set; } = new();

    /// <summary>Creates the Node object, or takes over the one that is there.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var wanted = NewNode();
        Node = await api.FindNodeAsync(options.NodeName, cancellationToken).ConfigureAwait(false) is { } found
            ? await TakeOverAsync(found, wanted, cancellationToken).ConfigureAwait(false)
            : await api.CreateNodeAsync(wanted, cancellationToken).ConfigureAwait(false);
        _uid = Node.Metadata.Uid;
        await ReportAsync(cancellationToken).ConfigureAwait(false);
        await RenewAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Renews the lease and reports the status until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reported = time.GetUtcNow();
        while (true)
        {
            await Task.Delay(options.LeaseRenewal, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await RenewAsync(cancellationToken).ConfigureAwait(false);
                if (time.GetUtcNow() - reported < StatusPeriod) continue;
                await ReportAsync(cancellationToken).ConfigureAwait(false);
                reported = time.GetUtcNow();
            }
            catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
            {
                LogNotRenewed(e, options.NodeName);
            }
        }
    }

    /// <summary>Removes what was registered; where the server does not allow that, it is told that the node no longer runs.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RemoveNodeAsync(cancellationToken).ConfigureAwait(false);
            await api.DeleteLeaseAsync(options.NodeName, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
        {
            LogNotRemoved(e, options.NodeName);
        }
    }

    private async Task RemoveNodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await api.DeleteNodeAsync(options.NodeName, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            _stoppedAt = time.GetUtcNow();
            await ReportAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task RenewAsync(CancellationToken cancellationToken) => api.RenewLeaseAsync(
        new Lease
        {
            Metadata = new()
            {
                Name = options.NodeName,
                Namespace = NodeApi.LeaseNamespace,
                OwnerReferences = _uid is null ? null : [new() { ApiVersion = "v1", Kind = "Node", Name = options.NodeName, Uid = _uid }],
            },
            Spec = new() { HolderIdentity = options.NodeName, LeaseDurationSeconds = LeaseSeconds, RenewTime = time.GetUtcNow() },
        },
        cancellationToken);

    private async Task<Model.Core.V1.Node> TakeOverAsync(Model.Core.V1.Node found, Model.Core.V1.Node wanted, CancellationToken cancellationToken)
    {
        var labels = new JsonObject();
        foreach (var (key, value) in wanted.Metadata.Labels!)
        {
            if (found.Metadata.Labels is null || !found.Metadata.Labels.TryGetValue(key, out var before) || before != value) labels[key] = value;
        }
        if (labels.Count == 0) return found;
        return await api.PatchNodeAsync(options.NodeName, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } }, status: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (StatusPatch.Between(ToJson(Node.Status), ToJson(NewStatus()), Owned) is not { } changes) return;
        Node = await api.PatchNodeAsync(options.NodeName, new JsonObject { ["status"] = changes }, status: true, cancellationToken).ConfigureAwait(false);
    }

    private Model.Core.V1.Node NewNode() => new()
    {
        Metadata = new() { Name = options.NodeName, Labels = Labels() },
        Status = NewStatus(),
    };

    private Dictionary<string, string> Labels()
    {
        var system = MachineInfo.System(runtime);
        var labels = new Dictionary<string, string>(options.NodeLabels);
        labels.TryAdd("kubernetes.io/hostname", options.NodeName);
        foreach (var prefix in (ReadOnlySpan<string>)["kubernetes.io/", "beta.kubernetes.io/"])
        {
            labels.TryAdd(prefix + "os", system.OperatingSystem);
            labels.TryAdd(prefix + "arch", system.Architecture);
        }
        return labels;
    }

    private NodeStatus NewStatus() => new()
    {
        Capacity = new(capacity),
        Allocatable = new(capacity),
        Addresses = [new() { Type = "InternalIP", Address = options.NodeAddress }, new() { Type = "Hostname", Address = options.NodeName }],
        NodeInfo = MachineInfo.System(runtime),
        Conditions =
        [
            Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            _stoppedAt is null ? Condition("Ready", true, "KubeletReady", "kubelet is posting ready status") : Condition("Ready", false, "KubeletNotReady", "node is shutting down"),
        ],
    };

    private NodeCondition Condition(string type, bool status, string reason, string message) => new()
    {
        Type = type,
        Status = status ? "True" : "False",
        Reason = reason,
        Message = message,
        LastHeartbeatTime = time.GetUtcNow(),
        LastTransitionTime = type == "Ready" && _stoppedAt is { } at ? at : _readySince,
    };

    private static JsonObject ToJson(NodeStatus status) => JsonSerializer.SerializeToNode(status, KubernetesJson.Default.CoreV1NodeStatus)!.AsObject();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node}: its lease or status could not be renewed; it is tried again.")]
    private partial void LogNotRenewed(Exception exception, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} could not be removed from the API server.")]
    private partial void LogNotRemoved(Exception exception, string node);
}
