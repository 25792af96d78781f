using Microsoft.Extensions.Logging;

namespace Podkit.Node.Agent;

/// <summary>
/// The directory that a node has for itself on disk. It is locked while the node lives; what crashed nodes of this user left beside it is removed.
/// </summary>
internal sealed partial class NodeDirectory : IDisposable
{
    private const string Prefix = "podkit-node-";
    private const string LockName = ".lock";

    private readonly FileStream _lock;
    private readonly ILogger _logger;

    private NodeDirectory(string path, FileStream @lock, ILogger logger) => (Path, _lock, _logger) = (path, @lock, logger);

    public string Path { get; }

    /// <param name="parent">Where; null is the temporary directory.</param>
    /// <param name="logger">Told of what cannot be removed.</param>
    public static NodeDirectory Create(string? parent, ILogger logger)
    {
        parent ??= System.IO.Path.GetTempPath();
        Directory.CreateDirectory(parent);
        // The directory gets its telling name once it is locked: nobody takes it for one that was left behind.
        var name = Guid.NewGuid().ToString("N");
        var hidden = System.IO.Path.Combine(parent, "." + Prefix + name);
        CreatePrivate(hidden);
        var file = new FileStream(System.IO.Path.Combine(hidden, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var path = System.IO.Path.Combine(parent, Prefix + name);
        Directory.Move(hidden, path);
        var directory = new NodeDirectory(path, file, logger);
        directory.RemoveLeftovers(parent);
        return directory;
    }

    public void Dispose()
    {
        _lock.Dispose();
        Remove(Path);
    }

    private void RemoveLeftovers(string parent)
    {
        foreach (var other in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            if (other == Path || !IsLeftOver(other)) continue;
            Remove(other);
            LogRemoved(other);
        }
    }

    /// <summary>Whether nobody holds its lock.</summary>
    private static bool IsLeftOver(string directory)
    {
        try
        {
            using var file = new FileStream(System.IO.Path.Combine(directory, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(e, directory);
        }
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Directory}, which a node that is gone had left.")]
    private partial void LogRemoved(string directory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory {Directory} could not be removed.")]
    private partial void LogNotRemoved(Exception exception, string directory);
}
