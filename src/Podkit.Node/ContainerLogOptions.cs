namespace Podkit.Node;

/// <summary>What part of a container's log is wanted, as in Kubernetes' <c>PodLogOptions</c>.</summary>
public sealed record ContainerLogOptions
{
    /// <summary>Whether to go on with new lines until the container ends. Default: false.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether the log of the run before the present one is wanted. Default: false.</summary>
    public bool Previous { get; init; }

    /// <summary>How many of the last lines; null for all. Default: null.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only lines from this time on; null for all. Default: null.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Whether each line begins with its time. Default: false.</summary>
    public bool Timestamps { get; init; }

    /// <summary>After how many bytes to stop; null for no limit. Default: null.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Which stream: true for standard error, false for standard output, null for both. Default: null.</summary>
    public bool? ErrorStream { get; init; }
}
