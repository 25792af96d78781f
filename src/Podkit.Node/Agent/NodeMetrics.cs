using System.Diagnostics.Metrics;

namespace Podkit.Node.Agent;

/// <summary>The node's measurements, under the meter <c>Podkit.Node</c>.</summary>
internal sealed class NodeMetrics : IDisposable
{
    private readonly Meter _meter = new("Podkit.Node");

    public NodeMetrics()
    {
        PodStart = _meter.CreateHistogram<double>("podkit.node.pod.start.duration", "s", "From the first sight of a pod until its main containers run.");
        VolumeUpdate = _meter.CreateHistogram<double>("podkit.node.volume.update.duration", "s", "How long it takes to bring a pod's volumes up to date.");
        ContainerStarts = _meter.CreateCounter<long>("podkit.node.container.starts", "{start}", "Containers started.");
        ContainerRestarts = _meter.CreateCounter<long>("podkit.node.container.restarts", "{restart}", "Containers started again.");
    }

    public Histogram<double> PodStart { get; }

    public Histogram<double> VolumeUpdate { get; }

    public Counter<long> ContainerStarts { get; }

    public Counter<long> ContainerRestarts { get; }

    public void Dispose() => _meter.Dispose();
}
