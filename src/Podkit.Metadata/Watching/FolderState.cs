namespace Podkit.Metadata.Watching;

/// <summary>A folder as it was when it was read: a removal of what is in it shows in the time of its last change, or in what it lists.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Changed">When its list of entries had changed last.</param>
/// <param name="Entries">How many entries it had.</param>
internal readonly record struct FolderState(string Path, DateTime Changed, int Entries)
{
    /// <summary>Whether nothing has come or gone since.</summary>
    public bool IsStill
    {
        get
        {
            try
            {
                return Directory.GetLastWriteTimeUtc(Path) == Changed && Directory.EnumerateFileSystemEntries(Path).Count() == Entries;
            }
            catch (DirectoryNotFoundException)
            {
                return false;
            }
        }
    }
}
