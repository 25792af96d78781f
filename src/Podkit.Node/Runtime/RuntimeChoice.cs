namespace Podkit.Node;

/// <summary>Which runtime a user asks for.</summary>
public enum RuntimeChoice
{
    /// <summary><see cref="Sandbox"/> where this machine can do it, otherwise <see cref="Plain"/>.</summary>
    Auto,

    /// <summary>bubblewrap: own mount, PID and hostname namespaces.</summary>
    Sandbox,

    /// <summary>Ordinary processes.</summary>
    Plain,
}
