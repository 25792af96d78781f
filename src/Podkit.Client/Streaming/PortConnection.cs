using System.Text;

namespace Podkit.Client.Streaming;

/// <summary>
/// One connection to a port of a pod. The first port of a WebSocket has the channels 0 (data) and 1 (errors); the first two bytes on each are the port,
/// little-endian, and not data. The protocol knows no half-closed connections: disposing ends both directions.
/// </summary>
internal sealed class PortConnection : AsynchronousStream
{
    private const byte Data = 0;
    private const byte Error = 1;
    private const int MaximumErrorBytes = 16 * 1024;

    private readonly ChannelSocket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly ChannelPipe _received = new();
    private readonly StringBuilder _error = new();
    private readonly string _description;
    private readonly Task _running;
    private readonly int[] _prefix = [2, 2];
    private int _disposed;

    public PortConnection(ChannelSocket socket, string description)
    {
        (_socket, _description) = (socket, description);
        _running = RunAsync();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _received.Stream.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? ValueTask.CompletedTask : _socket.SendAsync(Data, buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
            _socket.Dispose();
            _stop.Dispose();
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        Exception? failure = null;
        try
        {
            await _socket.ReceiveAsync(ReceivedAsync, _stop.Token).ConfigureAwait(false);
            await _socket.CloseAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            failure = new ObjectDisposedException(_description);
        }
        catch (Exception e)
        {
            // Whatever it is, those who read are told: a write that is cancelled, for one, aborts the socket under a reader, who is told of a cancellation.
            failure = new IOException($"{_description}: the connection broke: {e.Message}", e);
        }

        if (_error.Length > 0) failure = new IOException($"{_description}: {_error}");
        _received.Complete(failure);
    }

    private ValueTask ReceivedAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (channel > Error) return ValueTask.CompletedTask;
        var skipped = Math.Min(_prefix[channel], data.Length);
        _prefix[channel] -= skipped;
        data = data[skipped..];
        if (data.IsEmpty) return ValueTask.CompletedTask;
        if (channel == Data) return _received.WriteAsync(data, cancellationToken);
        if (_error.Length + data.Length <= MaximumErrorBytes) _error.Append(Encoding.UTF8.GetString(data.Span).Trim());
        return ValueTask.CompletedTask;
    }
}
