using System.Threading.Channels;
using Podkit.Node.Logs;

namespace Podkit.Node;

/// <summary>
/// Every line that any container on the node writes, as it is written. A subscriber that does not keep up holds the containers back, as a full pipe does:
/// read steadily and dispose when done.
/// </summary>
public sealed class ContainerLogSubscription : IDisposable
{
    private readonly LogHub _hub;
    private readonly Channel<ContainerLogLine> _lines = Channel.CreateBounded<ContainerLogLine>(new BoundedChannelOptions(LogHub.Capacity) { SingleReader = true });

    internal ContainerLogSubscription(LogHub hub) => _hub = hub;

    /// <summary>The lines; completes when the node stops.</summary>
    public ChannelReader<ContainerLogLine> Lines => _lines.Reader;

    internal ChannelWriter<ContainerLogLine> Writer => _lines.Writer;

    /// <summary>Ends the subscription.</summary>
    public void Dispose() => _hub.Remove(this);
}
