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
    private readonly long _openedAt;

    private WatchConnection(HttpResponseMessage response, Stream stream, ObjectCodec<T> codec, int maximumLineBytes, TimeProvider time, CancellationTokenSource limit, CancellationTokenSource linked)
    {
        (_response, _codec, _time, _limit, _linked) = (response, codec, time, limit, linked);
        _lines = new LineReader(stream, maximumLineBytes);
        _openedAt = time.GetTimestamp();
    }

    /// <summary>How many frames have come.</summary>
    public int Frames { get; private set; }

    public TimeSpan Age => _time.GetElapsedTime(_openedAt);

    /// <summary>Whether the server has kept the watch open past its own end, so that the client cut it.</summary>
    public bool Overdue => _limit.IsCancellationRequested;

    public static async Task<WatchConnection<T>> OpenAsync(
        ApiInvoker api, ApiCall call, ObjectCodec<T> codec, int maximumLineBytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var timer = new CancellationTokenSource(limit, api.Time);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await api.SendAsync(call, linked.Token).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            return new WatchConnection<T>(response, stream, codec, maximumLineBytes, api.Time, timer, linked);
        }
        catch (Exception e)
        {
            var overdue = timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            response?.Dispose();
            linked.Dispose();
            timer.Dispose();
            if (overdue && e is OperationCanceledException) throw new KubernetesConnectionException(KubernetesConnectionError.TimedOut, $"{ApiInvoker.Describe(call)} was not answered within {limit.TotalSeconds:0} s", e);
            throw;
        }
    }

    /// <summary>The next frame, or null at the end.</summary>
    public async ValueTask<WatchFrame<T>?> ReadAsync()
    {
        if (await _lines.ReadAsync(_linked.Token).ConfigureAwait(false) is not { } line) return null;
        var frame = WatchFrameReader.Read(line, _codec);
        Frames++;
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _linked.Dispose();
        _limit.Dispose();
    }
}
