namespace Podkit.Metadata.Watching;

/// <summary>Told of events in a directory. It only notes them; the work that they make is for the caller to execute, without the lock it may hold.</summary>
internal interface IDirectoryListener
{
    /// <summary>Something that may matter has happened.</summary>
    /// <returns>The work, or null when it is under way.</returns>
    IThreadPoolWorkItem? Touched();

    /// <summary>The directory is gone from its path: there will be no further events.</summary>
    /// <returns>The work, or null when it is under way.</returns>
    IThreadPoolWorkItem? Lost();
}
