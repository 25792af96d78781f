using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>This machine's file system.</summary>
internal sealed class HostFiles : IHostFiles
{
    public HostEntryKind Kind(string path)
    {
        try
        {
            return FileStatus.Find(path, follow: false) switch
            {
                null => HostEntryKind.None,
                { IsDirectory: true } => HostEntryKind.Directory,
                { IsFile: true } => HostEntryKind.File,
                { IsSymbolicLink: true } => HostEntryKind.Link,
                _ => HostEntryKind.Other,
            };
        }
        catch (PosixException denied) when (denied.IsDenied)
        {
            // Behind a directory that this user may not enter: as good as not there.
            return HostEntryKind.None;
        }
    }

    public string ReadLink(string path) => Posix.ReadLink(path) ?? throw new PosixException("readlink", path, Errno.NoEntry);

    public IReadOnlyList<string> Names(string directory)
    {
        try
        {
            return DirectoryTree.Names(directory);
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
