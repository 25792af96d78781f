using Podkit.Bench;
using Podkit.Bench.Peers;

// dotnet run --configuration Release --project bench/Podkit.Bench -- NAME [RUNS]
// Without a name all but peers, which needs what bench/peers/install brings. Each program prints what it measured beside a limit or a peer, and exits with 1 when a goal is missed.
var name = args.Length > 0 ? args[0] : "all";
var runs = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var benches = new Dictionary<string, Func<int, CancellationToken, Task<bool>>>
{
    ["start"] = StartBench.RunAsync,
    ["labels"] = LabelBench.RunAsync,
    ["metadata"] = MetadataBench.RunAsync,
    ["logging"] = LoggingBench.RunAsync,
    ["first-call"] = FirstCallBench.RunAsync,
    ["informer"] = InformerBench.RunAsync,
    ["soak"] = SoakBench.RunAsync,
    ["peers"] = PeersBench.RunAsync,
};
if (name != "all" && !benches.ContainsKey(name))
{
    Console.Error.WriteLine($"there is no bench {name}; there are: all, {string.Join(", ", benches.Keys)}");
    return 2;
}

var met = true;
foreach (var (bench, run) in benches)
    if (name == bench || (name == "all" && bench != "peers")) met &= await run(runs, stop.Token);
return met ? 0 : 1;
