using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace Podkit.ApiServer.Streaming.Ports;

/// <summary>Port-forward over plain channels: two for each port of the query, one for data and one for what went wrong; the first message on each is the port.</summary>
internal sealed class PortChannels : SocketSession
{
    /// <summary>How many ports a connection may have.</summary>
    public const int MostPorts = 64;

    private readonly StreamTarget _target;
    private readonly IReadOnlyList<int> _ports;
    private readonly Pipe[] _received;

    public PortChannels(ChannelSocket socket, IReadOnlyList<int> ports, StreamTarget target, TimeProvider time)
        : base(socket, time)
    {
        (_target, _ports) = (target, ports);
        _received = [.. ports.Select(_ => new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 18, resumeWriterThreshold: 1 << 17, useSynchronizationContext: false)))];
    }

    protected override async Task ServeAsync(CancellationToken life)
    {
        for (var index = 0; index < _ports.Count; index++)
        {
            var port = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(port, (ushort)_ports[index]);
            await Socket.SendAsync(DataOf(index), port, life).ConfigureAwait(false);
            await Socket.SendAsync(ErrorOf(index), port, life).ConfigureAwait(false);
        }

        await Task.WhenAll(Enumerable.Range(0, _ports.Count).Select(index => ForwardAsync(index, life))).ConfigureAwait(false);
    }

    protected override async ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken)
    {
        if (channel % 2 != 0 || channel / 2 >= _received.Length || data.IsEmpty) return;
        await _received[channel / 2].Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
    }

    protected override void End()
    {
        foreach (var pipe in _received) pipe.Writer.Complete();
    }

    protected override void Drop()
    {
        foreach (var pipe in _received) pipe.Reader.Complete();
    }

    /// <summary>The client cannot tell that it has sent all: a port is done with when its pod has.</summary>
    private async Task ForwardAsync(int index, CancellationToken life)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(life);
        var from = _received[index].Reader.AsStream(leaveOpen: true);
        string? problem = null;
        try
        {
            problem = await PortLink.RunAsync(_target, _ports[index], from, (data, token) => Socket.SendAsync(DataOf(index), data, token), _ => EndAsync(over), over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!life.IsCancellationRequested)
        {
            // The pod has said all.
        }

        await _received[index].Reader.CompleteAsync().ConfigureAwait(false);
        if (problem is not null) await Socket.SendAsync(ErrorOf(index), Encoding.UTF8.GetBytes(problem), life).ConfigureAwait(false);
    }

    private static async ValueTask EndAsync(CancellationTokenSource over) => await over.CancelAsync().ConfigureAwait(false);

    private static byte DataOf(int index) => (byte)(2 * index);

    private static byte ErrorOf(int index) => (byte)((2 * index) + 1);
}
