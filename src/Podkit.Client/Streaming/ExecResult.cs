namespace Podkit.Client;

/// <summary>What a program in a container has done.</summary>
/// <param name="ExitCode">Its exit code; 0 is success.</param>
/// <param name="Output">Its standard output, as UTF-8.</param>
/// <param name="Error">Its standard error, as UTF-8.</param>
public sealed record ExecResult(int ExitCode, string Output, string Error);
