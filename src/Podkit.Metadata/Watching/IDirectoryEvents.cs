namespace Podkit.Metadata.Watching;

/// <summary>Tells of events in directories.</summary>
internal interface IDirectoryEvents
{
    /// <summary>Begins to tell of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="listener">Who is told.</param>
    /// <param name="problem">Why it cannot be; the empty string when the directory does not exist.</param>
    /// <returns>Ends it when disposed; null when it cannot be.</returns>
    IDisposable? TryWatch(string directory, IDirectoryListener listener, out string problem);
}
