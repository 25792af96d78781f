using System.Globalization;
using System.Text;
using Podkit.ApiServer.Streaming.Spdy;

namespace Podkit.ApiServer.Streaming.Ports;

/// <summary>
/// Port-forward as kubectl speaks it: SPDY/3.1 in a WebSocket. Each connection is a pair of streams of one request: one for data, one for what went wrong.
/// </summary>
internal sealed class PortTunnel
{
    /// <summary>The WebSocket's subprotocol.</summary>
    public const string Protocol = "SPDY/3.1+portforward.k8s.io";

    private static readonly TimeSpan PairingLimit = TimeSpan.FromSeconds(30);

    private readonly StreamTarget _target;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Pair> _pairs = [];
    private readonly HashSet<Task> _running = [];
    private readonly Lock _gate = new();
    private readonly Stream _transport;
    private CancellationToken _life;

    public PortTunnel(Stream transport, StreamTarget target, TimeProvider time) => (_transport, _target, _time) = (transport, target, time);

    /// <summary>Serves it until the client has gone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _life = life.Token;
        using var connection = new SpdyConnection(_transport, _time, _life) { Takes = Takes, Opened = Open };
        try
        {
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has gone, or the server stops.
        }
        finally
        {
            await life.CancelAsync().ConfigureAwait(false);
            Task[] running;
            lock (_gate) running = [.. _running];
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private bool Takes(SpdyStream stream)
    {
        if (PortOf(stream) is null || TypeOf(stream) is not ("data" or "error")) return false;
        lock (_gate) return !_pairs.TryGetValue(RequestOf(stream), out var pair) || !pair.Has(TypeOf(stream));
    }

    private void Open(SpdyStream stream)
    {
        var request = RequestOf(stream);
        lock (_gate)
        {
            if (!_pairs.TryGetValue(request, out var pair))
            {
                _pairs[request] = pair = new Pair();
                Own(pair, request);
            }

            pair.Add(stream, TypeOf(stream));
        }
    }

    /// <summary>Only under the lock.</summary>
    private void Own(Pair pair, string request)
    {
        var task = Task.Run(() => RunAsync(pair, request), CancellationToken.None);
        _running.Add(task);
        _ = task.ContinueWith(
            done =>
            {
                lock (_gate) _running.Remove(done);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(Pair pair, string request)
    {
        string? problem = null;
        try
        {
            var (data, _) = await pair.Both.WaitAsync(PairingLimit, _time, _life).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_life, data.IsReset);
            problem = await PortLink.RunAsync(_target, PortOf(data)!.Value, data.Received, data.SendAsync, data.SendEndAsync, stop.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            problem = $"request {request}: timed out waiting for streams";
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client wants it no longer, or has gone.
        }

        await EndAsync(pair, request, problem).ConfigureAwait(false);
    }

    private async Task EndAsync(Pair pair, string request, string? problem)
    {
        SpdyStream? data, error;
        lock (_gate)
        {
            _pairs.Remove(request);
            (data, error) = (pair.Data, pair.Error);
        }

        data?.Drop();
        error?.Drop();
        try
        {
            if (error is not null && problem is not null) await error.SendAsync(Encoding.UTF8.GetBytes(problem), _life).ConfigureAwait(false);
            if (data is not null) await data.SendEndAsync(_life).ConfigureAwait(false);
            if (error is not null) await error.SendEndAsync(_life).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    private static string TypeOf(SpdyStream stream) => stream.Headers.GetValueOrDefault("streamType", "");

    private static int? PortOf(SpdyStream stream) =>
        int.TryParse(stream.Headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;

    /// <summary>Clients older than request numbers open the stream for errors first, and the one for data right after it.</summary>
    private static string RequestOf(SpdyStream stream) => stream.Headers.GetValueOrDefault("requestID") is { Length: > 0 } request
        ? request
        : (TypeOf(stream) == "error" ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>The streams of one request.</summary>
    private sealed class Pair
    {
        private readonly TaskCompletionSource<(SpdyStream Data, SpdyStream Error)> _both = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SpdyStream? Data { get; private set; }

        public SpdyStream? Error { get; private set; }

        public Task<(SpdyStream Data, SpdyStream Error)> Both => _both.Task;

        public bool Has(string type) => (type == "data" ? Data : Error) is not null;

        public void Add(SpdyStream stream, string type)
        {
            if (type == "data") Data = stream;
            else Error = stream;
            if (Data is not null && Error is not null) _both.TrySetResult((Data, Error));
        }
    }
}
