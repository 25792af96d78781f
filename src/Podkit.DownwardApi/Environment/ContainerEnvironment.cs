namespace Podkit.DownwardApi;

/// <summary>What a container is started with: its variables, command and arguments, or why it cannot be.</summary>
public sealed class ContainerEnvironment
{
    internal ContainerEnvironment(
        IReadOnlyDictionary<string, string> variables,
        IReadOnlyList<string> command,
        IReadOnlyList<string> args,
        IReadOnlyList<DownwardApiError> errors)
    {
        Variables = variables;
        Command = command;
        Args = args;
        Errors = errors;
    }

    /// <summary>The variables, enumerated in the order of their names.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>The command, expanded; empty: the image's.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>The arguments, expanded.</summary>
    public IReadOnlyList<string> Args { get; }

    /// <summary>
    /// What is missing. When there is something, the container must wait; a kubelet shows the first. All are here, so that a user
    /// sees them at once.
    /// </summary>
    public IReadOnlyList<DownwardApiError> Errors { get; }
}
