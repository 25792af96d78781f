using System.Diagnostics;
using System.Globalization;

namespace Podkit.Bench.Peers;

/// <summary>
/// Podkit.Client beside other clients, each in a process of its own against the same bytes, in turns: bench/peers. Holds no goal.
/// </summary>
internal static class PeersBench
{
    private const int Pods = 10_000;
    private const string Sandbox = "(the sandbox alone)";

    public static async Task<bool> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        if (rounds == 0) rounds = 5;
        foreach (var missing in Peer.All.Where(p => !p.IsInstalled)) Console.WriteLine($"left out, not installed: {missing.Name} (bench/peers/README.md)");
        var peers = Peer.All.Where(p => p.IsInstalled).ToList();
        if (peers.Count == 0) return true;
        var pods = Enumerable.Range(0, Pods).Select(PodText.Json).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Pods} pods of {pods.Average(p => p.Length):0} bytes of JSON; medians; the ratio is to {Peer.All[0].Name}; load {File.ReadAllText("/proc/loadavg").TrimEnd()}"));
        var (json, protobuf) = (PeerBytes.Json(pods), PeerBytes.Protobuf(pods));
        var table = new PeerTable();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var running = peers.Where(p => p.Rounds >= rounds - round).ToList();
                foreach (var peer in running.Where(p => p.Lists)) await ServedAsync(peer, peer.Protobuf ? protobuf : json, "lists", (_, config) => ListsAsync(table, peer, config, cancellationToken));
                foreach (var peer in running.Where(p => p.Watches)) await ServedAsync(peer, peer.Protobuf ? protobuf : json, "syncs", (_, config) => SyncsAsync(table, peer, config, cancellationToken));
                foreach (var peer in running.Where(p => p.Watches)) await ServedAsync(peer, peer.Protobuf ? protobuf : json, "changes", (api, config) => ChangesAsync(table, peer, api, config, cancellationToken));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds} done; load {File.ReadAllText("/proc/loadavg").TrimEnd()}"));
            }

            await FirstCallsAsync(table, peers, rounds * 3, cancellationToken);
        }
        finally
        {
            table.Print([.. Peer.All.Select(p => p.Name), Sandbox]); // What there is, too, when somebody has enough.
        }

        return true;
    }

    /// <summary>A server of its own for each process, and a kubeconfig that names it.</summary>
    private static async Task ServedAsync(Peer peer, PeerBytes bytes, string what, Func<PeerApi, Dictionary<string, string>, Task> measure)
    {
        var clock = Stopwatch.StartNew();
        await using var api = new PeerApi(bytes);
        var folder = Directory.CreateTempSubdirectory("podkit-peers-");
        try
        {
            var file = Path.Combine(folder.FullName, "kubeconfig");
            await File.WriteAllTextAsync(file, $$$"""
                {"apiVersion":"v1","kind":"Config","current-context":"peers","contexts":[{"name":"peers","context":{"cluster":"peers"}}],
                "clusters":[{"name":"peers","cluster":{"server":"{{{api.Address.GetLeftPart(UriPartial.Authority)}}}"}}]}
                """);
            await measure(api, new Dictionary<string, string> { ["KUBECONFIG"] = file });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peer.Name}: {what}, {clock.Elapsed.TotalSeconds:0.0} s"));
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or FormatException)
        {
            // The others go on; what it lacks in the table is told here.
            Console.WriteLine($"FAILED {peer.Name}: {e.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ListsAsync(PeerTable table, Peer peer, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        await using var process = PeerProcess.Start(peer, "list", peer.Runs, environment);
        for (var run = 0; run < peer.Runs; run++)
        {
            var took = await process.ReadAsync("list", cancellationToken);
            table.Add(run == 0 ? "list of 10,000, the first of a process, ms" : "list of 10,000, again, ms", peer.Name, took[0]);
            table.Add(run == 0 ? "list of 10,000, the first of a process, processor ms" : "list of 10,000, again, processor ms", peer.Name, took[1]);
        }
    }

    private static async Task SyncsAsync(PeerTable table, Peer peer, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        await using var process = PeerProcess.Start(peer, "sync", peer.Runs, environment);
        var cpu = 0.0;
        for (var run = 0; run < peer.Runs; run++)
        {
            var took = await process.ReadAsync("synced", cancellationToken);
            if (run > 0) table.Add("informer on 10,000, again in a process: synced after, ms", peer.Name, took[0]);
            if (run > 0) table.Add("informer on 10,000, again in a process: processor ms", peer.Name, took[1] - cpu);
            cpu = took[1];
        }
    }

    private static async Task ChangesAsync(PeerTable table, Peer peer, PeerApi api, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        await using var process = PeerProcess.Start(peer, "informer", 0, environment);
        var synced = await process.ReadAsync("synced", cancellationToken);
        table.Add("informer on 10,000: process started to synced, ms", peer.Name, process.Elapsed);
        table.Add("informer on 10,000: process started to synced, processor ms", peer.Name, synced[1]);
        var (resident, peak) = process.Resident();
        table.Add("informer on 10,000: resident when synced, MB", peer.Name, resident);
        table.Add("informer on 10,000: most that was resident until then, MB", peer.Name, peak);
        await api.Watched.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
        process.Continue();
        var before = await process.ReadAsync("collected", cancellationToken);
        table.Add("informer on 10,000: resident after a collection, MB", peer.Name, process.Resident().Now);
        for (var burst = 0; burst < peer.Bursts; burst++)
        {
            var start = process.Elapsed;
            api.Send(burst);
            var now = await process.ReadAsync("changed", cancellationToken);
            var took = process.Elapsed - start;
            if (now[0] != (burst + 1) * Pods) throw new InvalidOperationException($"{now[0]} changes were told, not {(burst + 1) * Pods}");
            if (burst > 0)
            {
                table.Add("10,000 changes to a handler, ms", peer.Name, took);
                table.Add("10,000 changes to a handler, processor ms", peer.Name, now[1] - before[1]);
                if (now[2] > 0) table.Add("allocated for a change, KB", peer.Name, (now[2] - before[2]) / Pods / 1024);
            }

            before = now;
        }

        (resident, peak) = process.Resident();
        table.Add("informer on 10,000: resident after 50,000 changes (Python 20,000), MB", peer.Name, resident);
        table.Add("informer on 10,000: most that was resident, MB", peer.Name, peak);
        process.Continue();
    }

    /// <summary>From the start of the process, in a mount namespace where the service account is where a pod has it, to a first list from a real server.</summary>
    private static async Task FirstCallsAsync(PeerTable table, List<Peer> peers, int runs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("podkit-peers-");
        try
        {
            await Cluster.BuildAsync(cancellationToken);
            await using var cluster = Cluster.Start(FirstCallBench.Manifest);
            await cluster.WaitForAsync("the-first-line", cancellationToken);
            var inPod = await FirstCallBench.ServiceAccountAsync(cluster.Kubeconfig, folder, cancellationToken);
            var bare = folder.CreateSubdirectory("no-authorities").FullName;
            var withoutAuthorities = new Dictionary<string, string>(inPod) { ["SSL_CERT_DIR"] = bare, ["SSL_CERT_FILE"] = Path.Combine(bare, "none") };
            string[] sandbox = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/run", "--ro-bind", inPod["PODKIT_SERVICE_ACCOUNT"], "/run/secrets/kubernetes.io/serviceaccount"];
            List<Peer> calling = [.. peers.Where(p => p.Calls), new Peer(Sandbox, "/bin/echo", "no pods at version 0")];
            for (var run = -1; run < runs; run++)
                foreach (var peer in calling)
                {
                    var took = await CallAsync(peer, inPod, sandbox, cancellationToken);
                    var bareTook = await CallAsync(peer, withoutAuthorities, sandbox, cancellationToken);
                    if (run < 0) continue; // For the file cache.
                    table.Add("process started to its first list of pods, in a pod's configuration, ms", peer.Name, took);
                    table.Add("the same without authorities of the system, ms", peer.Name, bareTook);
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> CallAsync(Peer peer, Dictionary<string, string> environment, string[] sandbox, CancellationToken cancellationToken)
    {
        await using var process = PeerProcess.Start(peer, "first", 0, environment, sandbox);
        var line = await process.LineAsync(cancellationToken);
        var took = process.Elapsed;
        return line.Contains(" pods at version ", StringComparison.Ordinal) ? took : throw new InvalidOperationException($"{peer.Name} printed {line}");
    }
}
