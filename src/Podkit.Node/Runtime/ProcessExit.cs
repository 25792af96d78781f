namespace Podkit.Node;

/// <summary>How a container's main process ended.</summary>
/// <param name="ExitCode">0 to 255; 128 plus the signal when a signal ended it.</param>
/// <param name="Reason">Kubernetes' word: <c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>, <c>StartError</c>.</param>
/// <param name="Message">Why it could not be executed, or null.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record ProcessExit(int ExitCode, string Reason, string? Message, DateTimeOffset FinishedAt);
