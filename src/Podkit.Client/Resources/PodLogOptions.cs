namespace Podkit.Client;

/// <summary>Which lines of a container's log to read.</summary>
public sealed record PodLogOptions
{
    /// <summary>The container; null when the pod has only one.</summary>
    public string? Container { get; init; }

    /// <summary>Whether the stream goes on until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether to read the container's previous run.</summary>
    public bool Previous { get; init; }

    /// <summary>Whether each line begins with its time.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only the last lines.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only lines that are not older.</summary>
    public long? SinceSeconds { get; init; }

    /// <summary>Only lines since then.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>At most so many bytes.</summary>
    public long? LimitBytes { get; init; }
}
