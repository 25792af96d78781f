// The measures of bench/peers with the official C# client. See ../../README.md for what is printed.
// It has no informer: what stands here is what its users write, a list into a dictionary and a watch from there.
using System.Diagnostics;
using System.Globalization;
using k8s;
using k8s.Models;

const int Pods = 10_000;
var (mode, runs) = (args[0], args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0);
using var client = new Kubernetes(mode == "first" ? KubernetesClientConfiguration.InClusterConfig() : KubernetesClientConfiguration.BuildDefaultConfig());
switch (mode)
{
    case "first":
        var pods = await client.CoreV1.ListPodForAllNamespacesAsync();
        Console.WriteLine($"{pods.Items.Count} pods at version {pods.ResourceVersion()}");
        break;
    case "list":
        for (var i = 0; i < runs; i++) await ListAsync();
        break;
#if !AOT
    case "sync":
        for (var i = 0; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            await SyncAsync();
            Told("synced", clock);
        }

        break;
    case "informer":
        await ChangesAsync();
        break;
#endif
}

async Task ListAsync()
{
    var (clock, cpu) = (Stopwatch.StartNew(), Processor());
    var pods = await client.CoreV1.ListPodForAllNamespacesAsync();
    if (pods.Items.Count != Pods) throw new InvalidOperationException($"{pods.Items.Count} pods came");
    Print($"list {clock.Elapsed.TotalMilliseconds} {Processor() - cpu}");
}

#if !AOT
async Task<(Dictionary<(string, string), V1Pod> Store, string Version)> SyncAsync()
{
    var pods = await client.CoreV1.ListPodForAllNamespacesAsync();
    var store = pods.Items.ToDictionary(p => (p.Namespace(), p.Name()));
    return store.Count == Pods ? (store, pods.ResourceVersion()) : throw new InvalidOperationException($"{store.Count} pods came");
}

async Task ChangesAsync()
{
    var clock = Stopwatch.StartNew();
    var (store, version) = await SyncAsync();
    Told("synced", clock);
    using var stop = new CancellationTokenSource();
    var following = Task.Run(() => FollowAsync(store, version, stop.Token));
    Console.ReadLine();
    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, true, true);
    Print($"collected 0 {Processor()} {GC.GetTotalAllocatedBytes(true)}");
    Console.ReadLine();
    await stop.CancelAsync();
    await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

async Task FollowAsync(Dictionary<(string, string), V1Pod> store, string version, CancellationToken cancellationToken)
{
    var seen = 0;
    await foreach (var (type, pod) in client.CoreV1.WatchListPodForAllNamespacesAsync(resourceVersion: version, cancellationToken: cancellationToken))
    {
        if (type == WatchEventType.Deleted) store.Remove((pod.Namespace(), pod.Name()));
        else store[(pod.Namespace(), pod.Name())] = pod;
        seen++;
        if (pod.ResourceVersion().EndsWith("999999", StringComparison.Ordinal)) Print($"changed {seen} {Processor()} {GC.GetTotalAllocatedBytes(true)}");
    }
}

static void Told(string what, Stopwatch clock) => Print($"{what} {clock.Elapsed.TotalMilliseconds} {Processor()}");
#endif

static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

// The milliseconds of processor time since the start of the process.
static double Processor() => Environment.CpuUsage.TotalTime.TotalMilliseconds;
