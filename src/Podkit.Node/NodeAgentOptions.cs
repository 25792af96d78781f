using Podkit.Model;

namespace Podkit.Node;

/// <summary>What a local node is called, offers and does.</summary>
public sealed record NodeAgentOptions
{
    /// <summary>The node's name. Default: this machine's name, in lower case.</summary>
    public string NodeName { get; init; } = DefaultName();

    /// <summary>The address that the node reports as its own and that pods on the host's network have. Default: 127.0.0.1.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    /// <summary>The network out of which each pod gets an address of its own. Default: 127.88.0.0/16, which every Linux machine answers to.</summary>
    public string PodNetwork { get; init; } = "127.88.0.0/16";

    /// <summary>Further labels of the node. Default: none beyond the well-known ones (host name, operating system, architecture).</summary>
    public IReadOnlyDictionary<string, string> NodeLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>What the node has to give, in place of what this machine has. Default: null, measured.</summary>
    public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }

    /// <summary>How many pods the node takes. Default: 110.</summary>
    public int MaximumPods { get; init; } = 110;

    /// <summary>Whether pods that are bound to no node and ask for the default scheduler are bound to this one, as far as they fit. Default: true.</summary>
    public bool BindUnscheduledPods { get; init; } = true;

    /// <summary>Command lines that replace the command (and, where a manifest has one, its arguments) of containers, by container name. Default: none.</summary>
    public IReadOnlyDictionary<string, string> ExecOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Which runtime runs containers. Default: <see cref="RuntimeChoice.Auto"/>.</summary>
    public RuntimeChoice Runtime { get; init; } = RuntimeChoice.Auto;

    /// <summary>Where images are looked up. Default: a store that holds none.</summary>
    public IImageStore Images { get; init; } = new EmptyImageStore();

    /// <summary>Where to say what a user should know once. Default: null, the log.</summary>
    public INodeNotices? Notices { get; init; }

    /// <summary>Where volumes are kept. Default: see <see cref="PodVolumeOptions"/>.</summary>
    public PodVolumeOptions Volumes { get; init; } = new();

    /// <summary>
    /// The directory below which the node keeps logs, in a directory of its own that it removes at its end; what crashed nodes left there is removed at its start.
    /// Default: null, <c>podkit-UID</c> below the temporary directory.
    /// </summary>
    public string? LogDirectory { get; init; }

    /// <summary>How large a container's log file grows before it is replaced; the one before is kept. Default: 10 MB.</summary>
    public long LogFileLimit { get; init; } = 10 * 1000 * 1000;

    /// <summary>Lines of /etc/hosts for every container, such as the names of the API server. Default: null, <c>kubernetes.default.svc</c> and its short forms for the server's address.</summary>
    public IReadOnlyList<HostsEntry>? Hosts { get; init; }

    /// <summary>Whether pods get their termination grace when the node stops; without it they are killed at once. Default: true.</summary>
    public bool TerminateGracefully { get; init; } = true;

    /// <summary>The longest termination grace when the node stops. Default: null, each pod's own.</summary>
    public TimeSpan? LongestStopGrace { get; init; }

    /// <summary>Whether the Node object and its lease are removed when the node stops. Default: true.</summary>
    public bool RemoveNodeOnStop { get; init; } = true;

    /// <summary>The first rest of a container that keeps ending. Default: 10 seconds, as a kubelet.</summary>
    public TimeSpan RestartBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest rest of a container that keeps ending. Default: 5 minutes, as a kubelet.</summary>
    public TimeSpan LongestRestartBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often volumes are brought up to date although nothing seems to have changed. Default: 60 seconds.</summary>
    public TimeSpan ResyncPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the node renews its lease. Default: 10 seconds.</summary>
    public TimeSpan LeaseRenewal { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        var problems = Names.IsDns1123Subdomain(NodeName);
        if (problems.Count > 0) throw Bad(nameof(NodeName), $"is \"{NodeName}\": {problems[0]}");
        if (!System.Net.IPAddress.TryParse(NodeAddress, out _)) throw Bad(nameof(NodeAddress), $"is \"{NodeAddress}\": must be an IP address");
        _ = new Pods.PodAddressPool(PodNetwork, Random.Shared);
        if (MaximumPods < 1) throw Bad(nameof(MaximumPods), "must be at least 1");
        if (LogFileLimit < 1024) throw Bad(nameof(LogFileLimit), "must be at least 1024");
        if (RestartBackoff <= TimeSpan.Zero) throw Bad(nameof(RestartBackoff), "must be positive");
        if (LongestRestartBackoff < RestartBackoff) throw Bad(nameof(LongestRestartBackoff), $"must not be below {nameof(RestartBackoff)}");
        if (ResyncPeriod <= TimeSpan.Zero) throw Bad(nameof(ResyncPeriod), "must be positive");
        if (LeaseRenewal <= TimeSpan.Zero) throw Bad(nameof(LeaseRenewal), "must be positive");
        if (LongestStopGrace < TimeSpan.Zero) throw Bad(nameof(LongestStopGrace), "must not be negative");
    }

    private static ArgumentException Bad(string option, string problem) => new($"NodeAgentOptions.{option} {problem}");

    private static string DefaultName()
    {
        var name = new string([.. Environment.MachineName.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '-')]).Trim('-', '.');
        return name.Length == 0 ? "podkit" : name;
    }
}
