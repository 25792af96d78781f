namespace Podkit.Node;

/// <summary>A line that a container has just written.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Container">The container's name.</param>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Time">When the node read it.</param>
/// <param name="Line">The bytes of the line without its newline; a line longer than 16 KiB comes in pieces.</param>
/// <param name="IsPartial">Whether the line goes on in the next piece of the same stream.</param>
public readonly record struct ContainerLogLine(string Namespace, string Pod, string Container, bool IsError, DateTimeOffset Time, ReadOnlyMemory<byte> Line, bool IsPartial);
