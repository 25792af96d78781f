using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>A container in back-off.</summary>
/// <param name="Record">The container.</param>
/// <param name="Until">When it may run again.</param>
/// <param name="Delay">The length of the rest, for the message.</param>
internal readonly record struct RestingContainer(ContainerRecord Record, DateTimeOffset Until, TimeSpan Delay);
