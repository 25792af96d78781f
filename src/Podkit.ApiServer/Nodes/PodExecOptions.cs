namespace Podkit.ApiServer;

/// <summary>What to run in a container.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Command">The command and its arguments; empty to attach to what runs.</param>
/// <param name="Terminal">Whether a terminal is wanted.</param>
public sealed record PodExecOptions(string Container, IReadOnlyList<string> Command, bool Terminal);
