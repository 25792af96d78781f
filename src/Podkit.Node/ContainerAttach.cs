namespace Podkit.Node;

/// <summary>What is wanted of a container's own program.</summary>
public sealed record ContainerAttach
{
    /// <summary>What is sent to its standard input; null is nothing. A container without <c>stdin: true</c> does not get it.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Where its output goes from now on; null drops it. The container waits for whoever is slow to take it. The stream is not closed.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Where its errors go from now on; null drops them. See <see cref="StandardOutput"/>.</summary>
    public Stream? StandardError { get; init; }

    /// <summary>The sizes of its terminal as they change; null leaves them as they are.</summary>
    public IAsyncEnumerable<TerminalSize>? Sizes { get; init; }
}
