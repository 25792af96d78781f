using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Podkit.Client.Tests.Misbehaving;

/// <summary>One request, and the bytes that answer it.</summary>
internal sealed class RawExchange(RawApiServer server, Socket socket, Stream stream, string target, string[] head, CancellationToken stop)
{
    public string Target => target;

    public bool IsWatch => target.Contains("watch=true", StringComparison.Ordinal);

    public bool IsStreamingList => target.Contains("sendInitialEvents=true", StringComparison.Ordinal);

    public bool Closed { get; private set; }

    public string? Authorization => head.FirstOrDefault(l => l.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))?["Authorization:".Length..].Trim();

    public ModelStore Store => server.Store;

    public string? Query(string name) => target.Split('?').Skip(1).SelectMany(q => q.Split('&')).Select(p => p.Split('=', 2))
        .Where(p => p[0] == name).Select(p => Uri.UnescapeDataString(p[1])).FirstOrDefault();

    public async Task WriteAsync(string bytes) => await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes), stop);

    public Task BeginAsync(string contentType = "application/json") => WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");

    public Task ChunkAsync(string text) => WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n"));

    public Task LineAsync(string line) => ChunkAsync(line + "\n");

    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    public async Task<bool> AnswerAsync(int code, string body, string headers = "", string contentType = "application/json")
    {
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {code} X\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}"));
        return true;
    }

    public Task<bool> StatusAsync(int code, string reason, string message, string headers = "") =>
        AnswerAsync(code, $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""", headers);

    /// <summary>Cuts the connection as a machine that dies does: by a reset.</summary>
    public bool Reset()
    {
        Closed = true;
        RawApiServer.Reset(socket);
        return true;
    }

    /// <summary>Says nothing until the client goes away.</summary>
    public async Task<bool> SilenceAsync()
    {
        var buffer = new byte[64];
        try
        {
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
                // The client says nothing either.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut.
        }

        Closed = true;
        return true;
    }

    public Task ListAsync()
    {
        var limit = Query("limit") is { } l ? int.Parse(l, CultureInfo.InvariantCulture) : int.MaxValue;
        return Store.Page(limit, Query("continue")) is { } page ? AnswerAsync(200, page) : StatusAsync(410, "Expired", "The provided continue parameter is too old");
    }

    /// <summary>A watch as it should be, each line written by the given function.</summary>
    public async Task WatchAsync(Func<string, Task>? write = null, Func<long, bool>? until = null)
    {
        long version;
        List<string> initial = [];
        if (IsStreamingList)
        {
            if (!server.Streaming)
            {
                await StatusAsync(422, "Invalid", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
                return;
            }

            (initial, version) = Store.Initial();
        }
        else version = long.Parse(Query("resourceVersion")!, CultureInfo.InvariantCulture);

        if (Store.HasExpired(version))
        {
            await StatusAsync(410, "Expired", "too old resource version");
            return;
        }

        write ??= LineAsync;
        await BeginAsync();
        foreach (var line in initial) await write(line);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(TimeSpan.FromSeconds(int.Parse(Query("timeoutSeconds")!, CultureInfo.InvariantCulture)));
        var gone = SilenceAsync();
        while (!timeout.IsCancellationRequested && !gone.IsCompleted)
        {
            var (events, more) = Store.After(version);
            foreach (var (at, line) in events)
            {
                await write(line);
                version = at;
            }

            if (until?.Invoke(version) == true) break;
            if (events.Count == 0) await Task.WhenAny(more, gone, Task.Delay(Timeout.Infinite, timeout.Token));
        }

        Closed = true;
        if (!gone.IsCompleted) await EndAsync();
    }
}
