namespace Podkit.Ambassador.Listening;

/// <summary>
/// A Unix socket that nobody but its owner can connect to at any time: it is made in a folder of its own that only the owner may enter, gets its mode there,
/// and is then moved to its place.
/// </summary>
internal sealed class UnixSocketFile : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private bool _published;

    public UnixSocketFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        var parent = System.IO.Path.GetDirectoryName(Path)!;
        if (!Directory.Exists(parent)) throw new AmbassadorException($"--unix-socket: there is no folder {parent}");
        if ((File.Exists(Path) || Directory.Exists(Path)) && !IsSocket(Path)) throw new AmbassadorException($"--unix-socket: {Path} exists and is not a socket");
        _folder = System.IO.Path.Combine(parent, $".{Guid.NewGuid():N}"[..9]);
        if (!OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder, Owner);
        else Directory.CreateDirectory(_folder);
    }

    public string Path { get; }

    /// <summary>Where to bind.</summary>
    public string BindPath => System.IO.Path.Combine(_folder, "s");

    /// <summary>Puts the bound socket into its place, over a stale one.</summary>
    public void Publish()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(BindPath, Owner);
        File.Move(BindPath, Path, overwrite: true);
        _published = true;
    }

    public void Dispose()
    {
        if (_published) File.Delete(Path);
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    // A socket cannot be opened as a file; a file or folder can, or says that it may not be.
    private static bool IsSocket(string path)
    {
        try
        {
            using var stream = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
