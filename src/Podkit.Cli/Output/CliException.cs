namespace Podkit.Cli.Output;

/// <summary>An error that is told to the user as it is, without a stack trace.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public static CliException BadInput(string message) => new(ExitCodes.BadInput, message);

    public static CliException Failure(string message, Exception? inner = null) => new(ExitCodes.Failure, message, inner);
}
