namespace Podkit.Cli.Output;

/// <summary>The exit codes of podkit, which scripts rely on.</summary>
internal static class ExitCodes
{
    /// <summary>All went well, or the user stopped it and everything stopped cleanly.</summary>
    public const int Success = 0;

    /// <summary>Something failed while running: a pod failed, a port is taken, the server did not answer.</summary>
    public const int Failure = 1;

    /// <summary>The input is wrong: arguments or manifests. Nothing was run.</summary>
    public const int BadInput = 2;
}
