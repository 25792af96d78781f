namespace Podkit.Node.Volumes;

/// <summary>A file that a volume holds.</summary>
/// <param name="Path">Relative, with slashes; no element is <c>..</c>, none starts the path with it.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">The user that owns it, or null for the writer's.</param>
internal sealed record AtomicFile(string Path, ReadOnlyMemory<byte> Content, uint Mode, uint? Owner = null);
