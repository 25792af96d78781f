namespace Podkit.Metadata.Watching;

/// <summary>The files of a volume as they were together.</summary>
/// <param name="Target">What <c>..data</c> named; null for a plain directory.</param>
/// <param name="Files">The files by their path below the volume, with slashes.</param>
/// <param name="Skipped">Files that were not read, and why.</param>
internal sealed record VolumeContent(string? Target, SortedDictionary<string, byte[]> Files, IReadOnlyList<SkippedFile> Skipped);
