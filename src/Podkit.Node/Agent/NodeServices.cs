using Microsoft.Extensions.Logging;
using Podkit.Model.Core.V1;
using Podkit.Node.Events;
using Podkit.Node.Logs;
using Podkit.Node.Pods;

namespace Podkit.Node.Agent;

/// <summary>What all workers of a node share.</summary>
internal sealed class NodeServices
{
    public required NodeAgentOptions Options { get; init; }

    public required INodeApi Api { get; init; }

    public required IContainerRuntime Runtime { get; init; }

    public required Func<Pod, IPodVolumes> OpenVolumes { get; init; }

    public required ObjectSources Sources { get; init; }

    public required ServiceSource Services { get; init; }

    public required LogStore Logs { get; init; }

    public required LogHub LogHub { get; init; }

    public required EventRecorder Events { get; init; }

    public required PodAddressPool Addresses { get; init; }

    public required HttpMessageInvoker ProbeHttp { get; init; }

    public required INodeNotices Notices { get; init; }

    public required ImageNotices ImageNotices { get; init; }

    public required IReadOnlyList<HostsEntry> Hosts { get; init; }

    public required NodeMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public IReadOnlyList<string> HostIPs => [Options.NodeAddress];
}
