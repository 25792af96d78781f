// The measures of bench/peers with Podkit.Client. See ../../README.md for what is printed.
using System.Diagnostics;
using System.Globalization;
using Podkit.Client;
using Podkit.Model.Core.V1;

const int Pods = 10_000;
var (mode, runs) = (args[0], args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0);
using var client = mode == "first" ? KubernetesClient.InCluster() : KubernetesClient.FromKubeConfig();
switch (mode)
{
    case "first":
        var pods = await client.Pods.InAllNamespaces().ListAsync();
        Console.WriteLine($"{pods.Count} pods at version {pods.ResourceVersion}");
        break;
    case "list":
        for (var i = 0; i < runs; i++) await ListAsync();
        break;
    case "sync":
        for (var i = 0; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var informer = client.Pods.InAllNamespaces().Informer();
            await SyncAsync(informer);
            Told("synced", clock);
        }

        break;
    case "informer":
        await ChangesAsync();
        break;
}

async Task ListAsync()
{
    var (clock, cpu) = (Stopwatch.StartNew(), Processor());
    var pods = await client.Pods.InAllNamespaces().ListAsync();
    if (pods.Count != Pods) throw new InvalidOperationException($"{pods.Count} pods came");
    Print($"list {clock.Elapsed.TotalMilliseconds} {Processor() - cpu}");
}

static async Task SyncAsync(Informer<Pod> informer)
{
    await informer.StartAsync(CancellationToken.None);
    if (informer.Store.Count != Pods) throw new InvalidOperationException($"{informer.Store.Count} pods came");
}

async Task ChangesAsync()
{
    var clock = Stopwatch.StartNew();
    var seen = 0;
    await using var informer = client.Pods.InAllNamespaces().Informer();
    await using var handler = informer.AddHandler(updated: (_, now, _) =>
    {
        seen++;
        if (now.Metadata.ResourceVersion!.EndsWith("999999", StringComparison.Ordinal)) Print($"changed {seen} {Processor()} {GC.GetTotalAllocatedBytes(true)}");
        return ValueTask.CompletedTask;
    });
    await SyncAsync(informer);
    Told("synced", clock);
    Console.ReadLine();
    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, true, true);
    Print($"collected 0 {Processor()} {GC.GetTotalAllocatedBytes(true)}");
    Console.ReadLine();
}

static void Told(string what, Stopwatch clock) => Print($"{what} {clock.Elapsed.TotalMilliseconds} {Processor()}");

static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

// The milliseconds of processor time since the start of the process.
static double Processor() => Environment.CpuUsage.TotalTime.TotalMilliseconds;
