namespace Podkit.ApiServer.Streaming;

/// <summary>One exec or attach over a WebSocket.</summary>
internal sealed class ChannelSession(ChannelSocket socket, IPodSession session, PodExecOptions options, string protocol, TimeProvider time) : SocketSession(socket, time)
{
    private readonly SessionInput _input = new(options.StandardInput, canEnd: protocol == Channels.V5);

    protected override async Task ServeAsync(CancellationToken life)
    {
        // Tells the client that the streams are there.
        await Socket.SendAsync(FirstWritable(), ReadOnlyMemory<byte>.Empty, life).ConfigureAwait(false);
        var status = await RunAsync(life).ConfigureAwait(false);
        Drop();
        await Socket.SendAsync(Channels.Error, status, life).ConfigureAwait(false);
    }

    protected override ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken) => _input.TakeAsync(channel, data, ends, cancellationToken);

    protected override void End() => _input.End();

    protected override void Drop() => _input.Drop();

    private async Task<byte[]> RunAsync(CancellationToken life)
    {
        var streams = new PodSessionStreams
        {
            StandardInput = _input.Stream,
            StandardOutput = options.StandardOutput ? new ChannelStream(Socket, Channels.StandardOutput) : null,
            StandardError = options.StandardError ? new ChannelStream(Socket, Channels.StandardError) : null,
            Sizes = _input.Sizes,
        };
        try
        {
            return ExitStatus.Of(await session.RunAsync(streams, life).ConfigureAwait(false), options.Command);
        }
        catch (KubeletException e)
        {
            return ExitStatus.Of(e, attaching: options.Command.Count == 0);
        }
    }

    private byte FirstWritable() => options.StandardOutput ? Channels.StandardOutput : options.StandardError ? Channels.StandardError : Channels.Error;
}
