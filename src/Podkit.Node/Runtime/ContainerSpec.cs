namespace Podkit.Node;

/// <summary>Everything a runtime needs to start one container.</summary>
public sealed record ContainerSpec
{
    /// <summary>The pod's uid.</summary>
    public required string PodUid { get; init; }

    /// <summary>The pod's name.</summary>
    public required string PodName { get; init; }

    /// <summary>The pod's namespace.</summary>
    public required string PodNamespace { get; init; }

    /// <summary>The host name that the container sees.</summary>
    public required string Hostname { get; init; }

    /// <summary>The container's name.</summary>
    public required string ContainerName { get; init; }

    /// <summary>The image as the manifest names it.</summary>
    public required string Image { get; init; }

    /// <summary>The program and its arguments, already expanded. Never empty.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The environment. The runtime adds PATH, HOME and HOSTNAME where they are absent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether there is a standard input that can be written to while it runs; otherwise it is empty.</summary>
    public bool StandardInput { get; init; }

    /// <summary>Whether its standard files are a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>The working directory as the container sees it; null is the root.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What is mounted where, with sub-paths already resolved (<c>PodVolumeSet.MountsFor</c>).</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>A directory of the pod's own on this machine for what the runtime must keep while the container runs.</summary>
    public required string PodDirectory { get; init; }

    /// <summary>The user to run as, or null for the one that the runtime runs as.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>The group to run as, or null.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Further groups of the process; the pod's fsGroup is not among them.</summary>
    public IReadOnlyList<long> SupplementalGroups { get; init; } = [];

    /// <summary>The pod's fsGroup, a further group of the process, or null.</summary>
    public long? FsGroup { get; init; }

    /// <summary>Capabilities beyond those that every container of root's has, as in <c>securityContext.capabilities.add</c>; <c>ALL</c> is all.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    /// <summary>Capabilities that it does not have, as in <c>securityContext.capabilities.drop</c>; <c>ALL</c> is all.</summary>
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>Whether nothing but its volumes may be written.</summary>
    public bool ReadOnlyRootFilesystem { get; init; }

    /// <summary>The lines of /etc/hosts beyond those of localhost: the pod's own name, the API server's names, the pod's host aliases.</summary>
    public IReadOnlyList<HostsEntry> Hosts { get; init; } = [];

    /// <summary>The container's limits.</summary>
    public ContainerResources Resources { get; init; } = ContainerResources.None;

    /// <summary>Where the container may leave its last words.</summary>
    public string TerminationMessagePath { get; init; } = "/dev/termination-log";

    /// <summary>The file on this machine that is mounted there; created empty by the runtime when it is missing. Null mounts nothing.</summary>
    public string? TerminationMessageFile { get; init; }
}
