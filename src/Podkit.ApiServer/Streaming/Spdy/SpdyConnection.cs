using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>
/// The server's side of SPDY/3.1 on a stream of bytes, as far as port-forward needs it: streams that the client opens. Windows are not kept, as by kubectl's own
/// library: who is slow holds the connection back.
/// </summary>
/// <param name="transport">The stream of bytes.</param>
/// <param name="time">The clock.</param>
/// <param name="life">Ends the connection.</param>
internal sealed class SpdyConnection(Stream transport, TimeProvider time, CancellationToken life) : IDisposable
{
    /// <summary>How many streams may be open.</summary>
    public const int MostStreams = 512;

    private const int ChunkBytes = 32 * 1024;
    private const int SynStreamBytes = 10;

    /// <summary>How long one stream may hold others back before it is broken off.</summary>
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(30);

    private readonly SpdyReader _reader = new(transport);
    private readonly SpdyWriter _writer = new(transport, life);
    private readonly SpdyHeaderReader _headers = new();
    private readonly ConcurrentDictionary<uint, SpdyStream> _streams = new();
    private uint _last;
    private bool _leaving;

    /// <summary>Whether a stream with such headers is taken.</summary>
    public required Func<SpdyStream, bool> Takes { get; init; }

    /// <summary>Told of a stream that has been taken.</summary>
    public required Action<SpdyStream> Opened { get; init; }

    /// <summary>Serves the connection until the client has gone.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await _reader.ReadHeaderAsync(life).ConfigureAwait(false) is { } frame)
            {
                if (frame.IsControl) await TakeControlAsync(frame, buffer, life).ConfigureAwait(false);
                else await TakeDataAsync(frame, buffer, life).ConfigureAwait(false);
            }
        }
        catch (SpdyException)
        {
            await _writer.WriteGoAwayAsync(_last, SpdyFrames.ProtocolError, life).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            foreach (var stream in _streams.Values) stream.Reset();
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _headers.Dispose();
    }

    private async ValueTask TakeControlAsync(SpdyFrameHeader frame, byte[] buffer, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case SpdyFrames.SynStream:
                await OpenAsync(frame, await _reader.ReadControlAsync(frame, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
            case SpdyFrames.SynReply or SpdyFrames.Headers:
                // Not asked for; but all headers are one compressed text.
                _headers.Read(Skip(await _reader.ReadControlAsync(frame, cancellationToken).ConfigureAwait(false), 4));
                break;
            case SpdyFrames.Reset:
                if (_streams.TryRemove(Number(await _reader.ReadControlAsync(frame, cancellationToken).ConfigureAwait(false)) & 0x7FFFFFFF, out var broken)) broken.Reset();
                break;
            case SpdyFrames.Ping:
                // An even number answers a ping of the server's, which sends none.
                var id = Number(await _reader.ReadControlAsync(frame, cancellationToken).ConfigureAwait(false));
                if (id % 2 == 1) await _writer.WritePingAsync(id, cancellationToken).ConfigureAwait(false);
                break;
            case SpdyFrames.GoAway:
                _leaving = true;
                await SkipAsync(frame, buffer, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await SkipAsync(frame, buffer, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask OpenAsync(SpdyFrameHeader frame, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var headers = _headers.Read(Skip(payload, SynStreamBytes));
        var id = Number(payload) & 0x7FFFFFFF;
        if (id % 2 == 0 || id <= _last) throw new SpdyException("a client's streams have odd numbers that grow");
        _last = id;
        foreach (var over in _streams.Values.Where(s => s.IsOver)) _streams.TryRemove(over.Id, out _);
        var stream = new SpdyStream(id, headers, _writer);
        if (_leaving || _streams.Count >= MostStreams || !Takes(stream))
        {
            await _writer.WriteResetAsync(id, SpdyFrames.RefusedStream, cancellationToken).ConfigureAwait(false);
            return;
        }

        _streams[id] = stream;
        if ((frame.Flags & SpdyFrames.Fin) != 0) stream.End();
        await _writer.WriteReplyAsync(id, cancellationToken).ConfigureAwait(false);
        Opened(stream);
    }

    /// <summary>Data of a stream that is not there any more is dropped.</summary>
    private async ValueTask TakeDataAsync(SpdyFrameHeader frame, byte[] buffer, CancellationToken cancellationToken)
    {
        var stream = _streams.GetValueOrDefault(frame.StreamId);
        for (var left = frame.Length; left > 0;)
        {
            var part = buffer.AsMemory(0, Math.Min(left, ChunkBytes));
            await _reader.ReadDataAsync(part, cancellationToken).ConfigureAwait(false);
            left -= part.Length;
            if (stream is not null) await GiveAsync(stream, part, cancellationToken).ConfigureAwait(false);
        }

        if (stream is null || (frame.Flags & SpdyFrames.Fin) == 0) return;
        stream.End();
        if (stream.IsOver) _streams.TryRemove(stream.Id, out _);
    }

    /// <summary>
    /// Waits for whoever reads the stream. Nothing else is read meanwhile, not even that the client wants the stream no longer: when other streams are held back, the
    /// waiting has an end.
    /// </summary>
    private async ValueTask GiveAsync(SpdyStream stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var giving = stream.TakeAsync(data, cancellationToken);
        if (giving.IsCompletedSuccessfully) return;
        var given = giving.AsTask();
        while (true)
        {
            try
            {
                await given.WaitAsync(LongestStall, time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (!given.IsCompleted)
            {
                if (!HoldsOthersBack(stream)) continue;

                // Whoever reads it gives up, and what waits is dropped.
                stream.Break();
                await given.ConfigureAwait(false);
                stream.Reset();
                await _writer.WriteResetAsync(stream.Id, SpdyFrames.Cancel, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    private bool HoldsOthersBack(SpdyStream stream) => _streams.Values.Any(other => other != stream && !other.HasReceivedAll);

    private async ValueTask SkipAsync(SpdyFrameHeader frame, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var left = frame.Length; left > 0;)
        {
            var part = buffer.AsMemory(0, Math.Min(left, ChunkBytes));
            await _reader.ReadDataAsync(part, cancellationToken).ConfigureAwait(false);
            left -= part.Length;
        }
    }

    private static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> payload, int length) => payload.Length >= length ? payload[length..] : throw new SpdyException("a frame is too short");

    private static uint Number(ReadOnlyMemory<byte> payload) => payload.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(payload.Span) : throw new SpdyException("a frame is too short");
}
