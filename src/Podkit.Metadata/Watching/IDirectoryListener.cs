namespace Podkit.Metadata.Watching;

/// <summary>Told of events in a directory. It must not block.</summary>
internal interface IDirectoryListener
{
    /// <summary>Something that may matter has happened.</summary>
    void Touched();

    /// <summary>The directory is gone from its path: there will be no further events.</summary>
    void Lost();
}
