namespace Podkit.Node.Runtime.Sandbox;

/// <summary>The programs of this machine that the sandbox is made with.</summary>
/// <param name="Bubblewrap">bwrap.</param>
/// <param name="SetPrivileges">setpriv, or null.</param>
/// <param name="EnterNamespaces">nsenter, or null.</param>
/// <param name="NewSession">setsid, or null.</param>
internal sealed record SandboxTools(string Bubblewrap, string? SetPrivileges, string? EnterNamespaces, string? NewSession)
{
    /// <summary>The words before a command with which a terminal controls the command, and not the program outside that waits for it: Ctrl-C would end that.</summary>
    /// <exception cref="ContainerStartException">setsid is missing.</exception>
    public IReadOnlyList<string> SessionWords() => NewSession is { } setsid
        ? [setsid, "--ctty"]
        : throw new ContainerStartException("CreateContainerError", "a terminal (tty) in a container needs setsid: install util-linux");

    /// <summary>Finds them, or gives null when bubblewrap is missing.</summary>
    public static SandboxTools? Find() => Programs.Find("bwrap") is { } bubblewrap ? new SandboxTools(bubblewrap, Programs.Find("setpriv"), Programs.Find("nsenter"), Programs.Find("setsid")) : null;
}
