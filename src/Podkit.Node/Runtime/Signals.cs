namespace Podkit.Node.Runtime;

/// <summary>The signals that a runtime itself sends.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>What an exit code is above when a signal ended the program.</summary>
    public const int ExitCodeBase = 128;
}
