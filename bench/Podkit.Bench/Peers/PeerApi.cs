using System.Globalization;
using System.Threading.Channels;

namespace Podkit.Bench.Peers;

/// <summary>Serves <c>/api/v1/pods</c> of bytes made before, to one process.</summary>
internal sealed class PeerApi : IAsyncDisposable
{
    private readonly PeerBytes bytes;
    private readonly CannedServer server;
    private readonly Channel<int> bursts = Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource watched = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PeerApi(PeerBytes bytes)
    {
        this.bytes = bytes;
        server = new CannedServer(AnswerAsync);
    }

    public Uri Address => server.Address;

    /// <summary>Ends when somebody watches.</summary>
    public Task Watched => watched.Task;

    /// <summary>Sends a change of every pod to who watches.</summary>
    public void Send(int burst) => bursts.Writer.TryWrite(burst);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task<bool> AnswerAsync(string target, Stream stream, CancellationToken cancellationToken)
    {
        if (!target.StartsWith("/api/v1/pods", StringComparison.Ordinal))
        {
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellationToken);
            return true;
        }

        if (target.Contains("watch=true", StringComparison.OrdinalIgnoreCase))
        {
            await WatchAsync(target, stream, cancellationToken);
            return false;
        }

        await stream.WriteAsync(ListOf(target), cancellationToken);
        return true;
    }

    /// <summary>As the real server: a list at version 0 comes from its memory and is never in pages.</summary>
    private byte[] ListOf(string target)
    {
        var at = target.IndexOf("continue=", StringComparison.Ordinal);
        if (at >= 0) return bytes.Pages[int.Parse(target[(at + 9)..].Split('&')[0], CultureInfo.InvariantCulture)];
        var inPages = target.Contains("limit=", StringComparison.Ordinal) && !target.Contains("resourceVersion=0", StringComparison.Ordinal) && bytes.Pages.Length > 0;
        return inPages ? bytes.Pages[0] : bytes.List;
    }

    private async Task WatchAsync(string target, Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes.WatchHead, cancellationToken);
        if (target.Contains("sendInitialEvents=true", StringComparison.Ordinal)) await stream.WriteAsync(bytes.InitialEvents, cancellationToken);
        watched.TrySetResult();
        var gone = stream.ReadAsync(new byte[1], cancellationToken).AsTask();
        while (true)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var burst = bursts.Reader.WaitToReadAsync(over.Token).AsTask();
            if (await Task.WhenAny(gone, burst) == gone)
            {
                await over.CancelAsync();
                await gone;
                return;
            }

            while (bursts.Reader.TryRead(out var number)) await stream.WriteAsync(bytes.Changes[number], cancellationToken);
        }
    }
}
