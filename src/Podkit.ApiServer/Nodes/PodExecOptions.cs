namespace Podkit.ApiServer;

/// <summary>What to run in a container, or which container's program to attach to.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Command">The command and its arguments; empty to attach to what runs.</param>
/// <param name="Terminal">Whether a terminal is wanted.</param>
public sealed record PodExecOptions(string Container, IReadOnlyList<string> Command, bool Terminal)
{
    /// <summary>Whether there is an input. Default: no.</summary>
    public bool StandardInput { get; init; }

    /// <summary>Whether the output is wanted. Default: no.</summary>
    public bool StandardOutput { get; init; }

    /// <summary>Whether the errors are wanted apart; never with a terminal. Default: no.</summary>
    public bool StandardError { get; init; }
}
