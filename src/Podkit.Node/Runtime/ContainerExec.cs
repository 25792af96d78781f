namespace Podkit.Node;

/// <summary>A command to run in a container that runs already.</summary>
public sealed record ContainerExec
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What its standard input reads; null is empty.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Where its standard output goes; null drops it. The stream is not closed.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Where its standard error goes; null drops it. May be the same stream as <see cref="StandardOutput"/>.</summary>
    public Stream? StandardError { get; init; }

    /// <summary>Whether it gets a terminal: then its standard error is its standard output, and the end of its input is not told to it.</summary>
    public bool Terminal { get; init; }

    /// <summary>The terminal's sizes as they change; null leaves it without one.</summary>
    public IAsyncEnumerable<TerminalSize>? Sizes { get; init; }

    /// <summary>How long it may take; null is without bound.</summary>
    public TimeSpan? Timeout { get; init; }
}
