namespace Podkit.Node.Volumes;

/// <summary>The steps of an atomic write, in their order. A test stops the writer before each of them.</summary>
internal enum AtomicWriteStep
{
    /// <summary>Paths are cleaned and checked.</summary>
    CleanPaths,

    /// <summary><c>..data</c> is read.</summary>
    ReadCurrent,

    /// <summary>The current files are compared with the new ones.</summary>
    Compare,

    /// <summary>The directory of the new files is made.</summary>
    MakeDirectory,

    /// <summary>One file is written (once for each).</summary>
    WriteFile,

    /// <summary>Owners and groups are set.</summary>
    SetOwnership,

    /// <summary>A link of a new first path element is made under a name of its own, so that nothing after the swap needs room on the disk.</summary>
    ReserveLink,

    /// <summary><c>..data_tmp</c> is made.</summary>
    MakeDataLink,

    /// <summary><c>..data_tmp</c> is renamed to <c>..data</c>: the new files are published.</summary>
    Publish,

    /// <summary>A link of a new first path element gets its name.</summary>
    PublishLink,

    /// <summary>Whatever no longer belongs to the volume is removed: one entry at a time.</summary>
    RemoveStale,

    /// <summary>The write is complete.</summary>
    Done,
}
