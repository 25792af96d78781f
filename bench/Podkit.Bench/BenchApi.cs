using System.Globalization;
using System.Text;

namespace Podkit.Bench;

/// <summary>The pods as a streaming list, as pages, and as a burst of changes.</summary>
internal sealed class BenchApi : IAsyncDisposable
{
    public const int Pages = 20;
    public const string LastEvent = "999999";

    private readonly CannedServer server;
    private readonly byte[] initial;
    private readonly byte[] events;
    private readonly byte[][] pages;
    private TaskCompletionSource burst = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BenchApi(List<byte[]> pods)
    {
        initial = Join(pods.Select(p => Line("ADDED", p)).Append("{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"500000\",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}\n"u8.ToArray()));
        events = Join(pods.Select((p, i) => Line("MODIFIED", PodText.WithVersion(p, i == pods.Count - 1 ? LastEvent : (600_000 + i).ToString(CultureInfo.InvariantCulture)))));
        pages = [.. pods.Chunk(pods.Count / Pages).Select((chunk, i) => CannedServer.Response(Join([
            Encoding.UTF8.GetBytes($$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"500000"{{(i < Pages - 1 ? $",\"continue\":\"{i + 1}\"" : "")}}},"items":["""),
            .. chunk.SelectMany((p, k) => k == 0 ? new[] { p } : [","u8.ToArray(), p]),
            "]}"u8.ToArray(),
        ])))];
        server = new CannedServer(AnswerAsync);
    }

    public Uri Address => server.Address;

    /// <summary>Sends a change of every pod to the watch that is open.</summary>
    public void SendEvents() => burst.TrySetResult();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task<bool> AnswerAsync(string target, Stream stream, CancellationToken cancellationToken)
    {
        if (!target.Contains("watch", StringComparison.Ordinal))
        {
            var at = target.IndexOf("continue=", StringComparison.Ordinal);
            await stream.WriteAsync(pages[at < 0 ? 0 : int.Parse(target[(at + 9)..], CultureInfo.InvariantCulture)], cancellationToken);
            return true;
        }

        await stream.WriteAsync(CannedServer.OpenHead, cancellationToken);
        if (target.Contains("burst", StringComparison.Ordinal))
        {
            await stream.WriteAsync(events, cancellationToken);
            return false;
        }

        if (target.Contains("sendInitialEvents", StringComparison.Ordinal)) await stream.WriteAsync(initial, cancellationToken);
        var gone = stream.ReadAsync(new byte[1], cancellationToken).AsTask();
        burst = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (await Task.WhenAny(gone, burst.Task) == burst.Task)
        {
            await stream.WriteAsync(events, cancellationToken);
            await gone;
        }

        return false;
    }

    private static byte[] Line(string type, byte[] pod) => [.. Encoding.ASCII.GetBytes($"{{\"type\":\"{type}\",\"object\":"), .. pod, (byte)'}', (byte)'\n'];

    private static byte[] Join(IEnumerable<byte[]> parts)
    {
        using var all = new MemoryStream();
        foreach (var part in parts) all.Write(part);
        return all.ToArray();
    }
}
