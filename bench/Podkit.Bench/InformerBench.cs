using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Podkit.Client;
using Podkit.Model;

namespace Podkit.Bench;

/// <summary>
/// The informer, the list and the watch on 10,000 pods of 3 KB, beside the limit: the same bytes read from a socket and stepped through by a Utf8JsonReader, which
/// builds nothing.
/// </summary>
internal static class InformerBench
{
    private const int Pods = 10_000;
    private const double LeastOfLimit = 0.4;
    private const double MostOfObjects = 1.5;

    public static async Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        if (runs == 0) runs = 15;
        var pods = Enumerable.Range(0, Pods).Select(PodText.Json).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Pods} pods of {pods.Average(p => p.Length):0} bytes; medians of {runs}"));
        await using var server = new BenchApi(pods);
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address), new KubernetesClientOptions());
        var met = await MemoryAsync(client, server, pods, cancellationToken);
        met &= await TimesAsync("informer, streaming list", runs, () => LimitAsync(server.Address, "/watch?sendInitialEvents=true", Pods + 1, cancellationToken), () => SyncAsync(client, true, cancellationToken));
        met &= await TimesAsync("informer, pages of 500", runs, () => PagesLimitAsync(server, cancellationToken), () => SyncAsync(client, false, cancellationToken));
        met &= await TimesAsync("list of 10,000 in pages of 500", runs, () => PagesLimitAsync(server, cancellationToken), () => ListAsync(client, cancellationToken));
        met &= await TimesAsync("watch, 10,000 events to a handler", runs, () => LimitAsync(server.Address, "/watch?burst=true", Pods, cancellationToken), () => EventsAsync(client, server, cancellationToken));
        return met;
    }

    private static async Task<bool> TimesAsync(string what, int runs, Func<Task<TimeSpan>> limit, Func<Task<TimeSpan>> measured)
    {
        Samples limits = new(), times = new();
        for (var i = 0; i < runs + 3; i++)
        {
            // Side by side, so that a busy moment hits both; the first are for the compiler.
            var (l, t) = ((await limit()).TotalMilliseconds, (await measured()).TotalMilliseconds);
            if (i < 3) continue;
            limits.Add(l);
            times.Add(t);
        }

        var (best, took) = (limits.Percentile(50), times.Percentile(50));
        var ratio = best / took;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-36} {took,8:0.0} ms   limit {best,7:0.0} ms   {ratio:0.00} of the limit   goal {LeastOfLimit:0.0}   {(ratio >= LeastOfLimit ? "met" : "MISSED")}"));
        return ratio >= LeastOfLimit;
    }

    private static async Task<TimeSpan> SyncAsync(KubernetesClient client, bool streaming, CancellationToken cancellationToken)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        await using var informer = client.Pods.InAllNamespaces().Informer(o => o.Watch = new WatchOptions { StreamingList = streaming });
        await informer.StartAsync(cancellationToken);
        var took = clock.Elapsed;
        return informer.Store.Count == Pods ? took : throw new InvalidOperationException($"{informer.Store.Count} pods came");
    }

    private static async Task<TimeSpan> ListAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        var all = await client.Pods.InAllNamespaces().ListAsync(cancellationToken: cancellationToken);
        var took = clock.Elapsed;
        return all.Count == Pods ? took : throw new InvalidOperationException($"{all.Count} pods came");
    }

    private static async Task<TimeSpan> EventsAsync(KubernetesClient client, BenchApi server, CancellationToken cancellationToken)
    {
        await using var informer = client.Pods.InAllNamespaces().Informer();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = informer.AddHandler(updated: (_, now, _) =>
        {
            if (now.Metadata.ResourceVersion == BenchApi.LastEvent) last.TrySetResult();
            return ValueTask.CompletedTask;
        });
        await informer.StartAsync(cancellationToken);
        await handler.WaitForSyncAsync(cancellationToken);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        server.SendEvents();
        await last.Task.WaitAsync(cancellationToken);
        return clock.Elapsed;
    }

    private static async Task<bool> MemoryAsync(KubernetesClient client, BenchApi server, List<byte[]> pods, CancellationToken cancellationToken)
    {
        var weight = WeightOf(pods);
        var before = Live();
        await using var informer = client.Pods.InAllNamespaces().Informer(o => o.AddIndex("node", p => p.Spec.NodeName));
        var seen = 0;
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = informer.AddHandler(updated: (_, now, _) =>
        {
            seen++;
            if (now.Metadata.ResourceVersion == BenchApi.LastEvent) last.TrySetResult();
            return ValueTask.CompletedTask;
        });
        await informer.StartAsync(cancellationToken);
        await handler.WaitForSyncAsync(cancellationToken);
        var live = Live() - before;
        var ratio = (double)live / weight;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"live memory, with an index",-36} {live / 1048576.0,8:0.0} MB   the objects alone {weight / 1048576.0,5:0.0} MB   ratio {ratio:0.00}   goal {MostOfObjects:0.0}   {(ratio <= MostOfObjects ? "met" : "MISSED")}"));
        var allocated = GC.GetTotalAllocatedBytes(true);
        server.SendEvents();
        await last.Task.WaitAsync(cancellationToken);
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        var objectBytes = BytesOf(pods);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"allocated per event",-36} {allocated / (double)Pods,8:0} bytes   one plain Deserialize {objectBytes,6:0} bytes"));
        var after = Live() - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"live memory after every pod changed",-36} {after / 1048576.0,8:0.0} MB   {seen} updates told"));
        return ratio <= MostOfObjects;
    }

    /// <summary>What the objects weigh without an informer, and without managed fields.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static long WeightOf(List<byte[]> pods)
    {
        var before = Live();
        var objects = pods.ConvertAll(p =>
        {
            var pod = JsonSerializer.Deserialize(p, KubernetesJson.Default.CoreV1Pod)!;
            pod.Metadata.ManagedFields = null;
            return pod;
        });
        var weight = Live() - before;
        GC.KeepAlive(objects);
        return weight;
    }

    private static double BytesOf(List<byte[]> pods)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = JsonSerializer.Deserialize(pods[i], KubernetesJson.Default.CoreV1Pod);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100.0;
    }

    private static long Live()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Forced, true, true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(true);
    }

    private static async Task<TimeSpan> PagesLimitAsync(BenchApi server, CancellationToken cancellationToken)
    {
        var total = TimeSpan.Zero;
        for (var page = 0; page < BenchApi.Pages; page++) total += await LimitAsync(server.Address, $"/list?continue={page}", 0, cancellationToken);
        return total;
    }

    /// <summary>Reads an answer from a socket and steps through its JSON, so many lines, or one document when zero.</summary>
    private static async Task<TimeSpan> LimitAsync(Uri server, string target, int lines, CancellationToken cancellationToken)
    {
        GC.Collect();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var buffer = new byte[lines == 0 ? 4 << 20 : 64 * 1024];
        var clock = Stopwatch.StartNew();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"), cancellationToken);
        int start = 0, end = 0, body = 0, expected = -1, seen = 0;
        while (true)
        {
            if (end == buffer.Length)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            end += await socket.ReceiveAsync(buffer.AsMemory(end), cancellationToken);
            if (body == 0)
            {
                var head = buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8);
                if (head < 0) continue;
                start = body = head + 4;
                var text = Encoding.ASCII.GetString(buffer, 0, head);
                var length = text.IndexOf("Content-Length: ", StringComparison.Ordinal);
                if (length >= 0) expected = int.Parse(text[(length + 16)..].Split('\r')[0], CultureInfo.InvariantCulture);
            }

            if (lines == 0)
            {
                if (end - body < expected) continue;
                Step(buffer.AsSpan(body, expected));
                return clock.Elapsed;
            }

            int newline;
            while ((newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0)
            {
                Step(buffer.AsSpan(start, newline));
                start += newline + 1;
                if (++seen == lines) return clock.Elapsed;
            }
        }
    }

    private static void Step(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            // Nothing is built.
        }
    }
}
