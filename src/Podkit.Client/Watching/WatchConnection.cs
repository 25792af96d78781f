using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>One watch request: lines come out as frames until the server, the network or the time limit ends it.</summary>
internal sealed class WatchConnection<T> : IAsyncDisposable
    where T : class
{
    private readonly HttpResponseMessage _response;
    private readonly LineReader _lines;
    private readonly ObjectCodec<T> _codec;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _linked;
    private readonly TimeProvider _time;
    private readonly TimeSpan _allowed;
    private readonly long _openedAt;
    private readonly FrameBatch<T> _batch = new();

    private WatchConnection(HttpResponseMessage response, Stream stream, ObjectCodec<T> codec, int maximumLineBytes, TimeProvider time, TimeSpan allowed, CancellationTokenSource limit, CancellationTokenSource linked)
    {
        (_response, _codec, _time, _allowed, _limit, _linked) = (response, codec, time, allowed, limit, linked);
        _lines = new LineReader(stream, maximumLineBytes);
        _openedAt = time.GetTimestamp();
    }

    /// <summary>How many frames have come.</summary>
    public long Frames { get; private set; }

    public TimeSpan Age => _time.GetElapsedTime(_openedAt);

    /// <summary>Whether the server has kept the watch open past its own end, or the silence past what was allowed, so that the client cut it.</summary>
    public bool Overdue => _limit.IsCancellationRequested;

    /// <summary>Sends the request. The headers, or a refusal with its body, have only until <paramref name="answer"/>; the whole watch has until <paramref name="limit"/>.</summary>
    public static async Task<WatchConnection<T>> OpenAsync(
        ApiInvoker api, ApiCall call, ObjectCodec<T> codec, int maximumLineBytes, TimeSpan answer, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (answer > limit) answer = limit;
        var timer = new CancellationTokenSource(answer, api.Time);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await api.SendAsync(call, linked.Token).ConfigureAwait(false);
            RequireJson(response, call);
            var stream = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            timer.CancelAfter(limit);
            return new WatchConnection<T>(response, stream, codec, maximumLineBytes, api.Time, limit, timer, linked);
        }
        catch (Exception e)
        {
            var overdue = timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            response?.Dispose();
            linked.Dispose();
            timer.Dispose();
            if (overdue && e is OperationCanceledException) throw new KubernetesConnectionException(KubernetesConnectionError.TimedOut, $"{ApiInvoker.Describe(call)} was not answered within {answer.TotalSeconds:0.###} s", e);
            throw;
        }
    }

    /// <summary>The next frame, or null at the end.</summary>
    public async ValueTask<WatchFrame<T>?> ReadAsync()
    {
        if (!TryTake(out var frame))
        {
            if (await _lines.ReadAsync(_linked.Token).ConfigureAwait(false) is not { } line) return null;
            frame = Read(line);
        }

        Frames++;
        return frame;
    }

    /// <summary>From now on silence may last only so long; null: as long as the whole watch may.</summary>
    public void AllowSilence(TimeSpan? silence)
    {
        var left = _allowed - Age;
        if (silence is { } s && s < left) left = s;
        _limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        // Cancelled first: the connection is cut rather than drained.
        await _linked.CancelAsync().ConfigureAwait(false);
        await _lines.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _linked.Dispose();
        _limit.Dispose();
    }

    // Whatever the type of the objects throws must not be taken for a failure of the connection, nor go unexpected.
    private bool TryTake(out WatchFrame<T> frame)
    {
        try
        {
            return _batch.TryTake(out frame);
        }
        catch (Exception e) when (UnreadableObjectException.IsStray(e))
        {
            throw new UnreadableObjectException(e);
        }
    }

    private WatchFrame<T> Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            return _batch.Read(line, _lines, _codec);
        }
        catch (Exception e) when (UnreadableObjectException.IsStray(e))
        {
            throw new UnreadableObjectException(e);
        }
    }

    private static void RequireJson(HttpResponseMessage response, ApiCall call)
    {
        if (response.Content.Headers.ContentType?.MediaType is { Length: > 0 } type && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            throw new KubernetesConnectionException(KubernetesConnectionError.Protocol, $"{ApiInvoker.Describe(call)} was answered with {type} where application/json was asked for: is something between the client and the API server?");
        }
    }
}
