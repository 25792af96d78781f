namespace Podkit.Metadata.Watching;

/// <summary>What was not read of a volume.</summary>
/// <param name="Path">Its path below the volume.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsFile">Whether it is a file; otherwise it is a folder that is not followed.</param>
internal readonly record struct SkippedFile(string Path, string Reason, bool IsFile = true)
{
    public override string ToString() => $"{Path}: {Reason}";
}
