namespace Podkit.ApiServer;

/// <summary>Which part of a container's log is asked for.</summary>
/// <param name="Container">The container's name.</param>
public sealed record PodLogOptions(string Container)
{
    /// <summary>Whether the stream goes on with what the container writes from now on. Default: no.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether the log of the previous instance of the container is meant. Default: no.</summary>
    public bool Previous { get; init; }

    /// <summary>Whether every line begins with its time. Default: no.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only the last lines; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only that many bytes; null for all.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Only lines written since; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}
