namespace Podkit.Client;

/// <summary>What to run in a container, and which of its streams to connect.</summary>
public sealed record PodExecOptions
{
    /// <summary>The program and its arguments; no shell is between. Empty for attach, which joins what runs already.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The container; null for the annotation <c>kubectl.kubernetes.io/default-container</c> or the only one.</summary>
    public string? Container { get; init; }

    /// <summary>Whether the program gets a standard input. Default: no.</summary>
    public bool StandardInput { get; init; }

    /// <summary>Whether its standard output comes back. Default: yes.</summary>
    public bool StandardOutput { get; init; } = true;

    /// <summary>Whether its standard error comes back; with <see cref="Terminal"/> it cannot, the terminal has one output. Default: yes, without a terminal.</summary>
    public bool StandardError { get; init; } = true;

    /// <summary>Whether the program gets a terminal.</summary>
    public bool Terminal { get; init; }
}
