namespace Podkit.Node.Status;

/// <summary>How one run of a container ended.</summary>
/// <param name="ExitCode">The exit code; 128 plus the signal when a signal ended it.</param>
/// <param name="Reason">Kubernetes' word for it, such as <c>Completed</c> or <c>OOMKilled</c>.</param>
/// <param name="Message">What the container left as its termination message, or why it could not start.</param>
/// <param name="StartedAt">When the run started.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ContainerId">The run's id, or null when it never came to be.</param>
internal sealed record ContainerExit(int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string? ContainerId);
