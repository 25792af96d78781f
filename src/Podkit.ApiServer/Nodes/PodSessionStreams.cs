namespace Podkit.ApiServer;

/// <summary>The streams of a command in a container.</summary>
public sealed record PodSessionStreams
{
    /// <summary>What it reads; null is nothing.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Where its output goes; null drops it.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Where its errors go; null drops them.</summary>
    public Stream? StandardError { get; init; }

    /// <summary>The sizes of its terminal, as they change.</summary>
    public required IAsyncEnumerable<TerminalSize> Sizes { get; init; }
}
