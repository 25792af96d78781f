using System.IO.Pipelines;

namespace Podkit.ApiServer.Streaming.Spdy;

#pragma warning disable CA1001 // A source without a timer or a wait handle holds nothing to be given back, and a stream may be reset later than its end.

/// <summary>A stream that the peer has opened. What it sends is kept up to a bound; who is slow to take it holds the whole connection back.</summary>
internal sealed class SpdyStream
{
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
    private readonly SpdyWriter _writer;
    private readonly CancellationTokenSource _reset = new();
    private readonly Lock _gate = new();
    private bool _receivedAll;
    private bool _sentAll;

    public SpdyStream(uint id, Dictionary<string, string> headers, SpdyWriter writer)
    {
        (Id, Headers, _writer) = (id, headers, writer);
        Received = _received.Reader.AsStream(leaveOpen: true);
        IsReset = _reset.Token;
    }

    public uint Id { get; }

    public Dictionary<string, string> Headers { get; }

    /// <summary>What the peer sends.</summary>
    public Stream Received { get; }

    /// <summary>Cancelled when the stream has been broken off.</summary>
    public CancellationToken IsReset { get; }

    /// <summary>Whether the peer has sent all.</summary>
    public bool HasReceivedAll
    {
        get
        {
            lock (_gate) return _receivedAll;
        }
    }

    /// <summary>Whether both sides have said all.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate) return _receivedAll && _sentAll;
        }
    }

    /// <summary>Takes data from the peer, waiting for whoever reads.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_receivedAll || IsReset.IsCancellationRequested) return;
        await _received.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The peer has sent all.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_receivedAll) return;
            _receivedAll = true;
        }

        _received.Writer.Complete();
    }

    /// <summary>Nobody reads what the peer still sends.</summary>
    public void Drop() => _received.Reader.Complete();

    /// <summary>Tells whoever uses the stream to give it up.</summary>
    public void Break() => _reset.Cancel();

    /// <summary>The stream has been broken off, by the peer or here.</summary>
    public void Reset()
    {
        lock (_gate) _sentAll = true;
        End();
        Break();
    }

    /// <summary>Sends data.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_sentAll) return ValueTask.CompletedTask;
        }

        return data.IsEmpty ? ValueTask.CompletedTask : _writer.WriteDataAsync(Id, data, ends: false, cancellationToken);
    }

    /// <summary>Says that all has been sent.</summary>
    public ValueTask SendEndAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_sentAll) return ValueTask.CompletedTask;
            _sentAll = true;
        }

        return _writer.WriteDataAsync(Id, ReadOnlyMemory<byte>.Empty, ends: true, cancellationToken);
    }
}
