namespace Podkit.Client;

/// <summary>Whether a credential plugin may use the standard input.</summary>
public enum ExecInteractiveMode
{
    /// <summary>It gets the standard input when that is a terminal.</summary>
    IfAvailable,

    /// <summary>It never gets the standard input.</summary>
    Never,

    /// <summary>It needs the standard input: without a terminal it is not run.</summary>
    Always,
}
