using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Testing;

/// <summary>
/// A mounted volume in a folder, written as a kubelet writes it: the files in a directory named for the time, <c>..data</c> a link to it that is
/// swapped by one rename, and a link for every first part of a path. Not for Windows. For tests of what watches ConfigMaps, Secrets and the Downward API.
/// </summary>
public sealed class AtomicVolume : IDisposable
{
    private const string DataName = "..data";
    private const string TemporaryName = "..data_tmp";

    private readonly TimeProvider _time;
    private SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Creates the volume without a file.</summary>
    /// <param name="directory">Its directory, which it owns; null: a temporary one.</param>
    /// <param name="timeProvider">The clock that names directories; null: the system's.</param>
    public AtomicVolume(string? directory = null, TimeProvider? timeProvider = null)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("an atomic volume needs symbolic links and rename as Linux and macOS have them");
        Path = directory ?? Directory.CreateTempSubdirectory("podkit-volume-").FullName;
        _time = timeProvider ?? TimeProvider.System;
        Write(new Dictionary<string, byte[]>());
    }

    /// <summary>The volume's directory.</summary>
    public string Path { get; }

    /// <summary>The timestamp, as <see cref="System.Diagnostics.Stopwatch"/> counts, just before the last swap.</summary>
    internal long SwappedAt { get; private set; }

    /// <summary>The present files.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Replaces all files by one swap. As with a kubelet, nothing happens when they are the same.</summary>
    /// <param name="files">The files by their path, such as <c>labels</c> or <c>a/b</c>.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Write(IReadOnlyDictionary<string, byte[]> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var path in files.Keys)
        {
            if (!DownwardApi.VolumePaths.TryClean(path, out var clean, out var error) || clean != path) throw new ArgumentException(error.Length > 0 ? error : $"invalid path: {path}", nameof(files));
        }

        var link = System.IO.Path.Combine(Path, DataName);
        var old = new FileInfo(link).LinkTarget;
        if (old is not null && IsSame(files)) return false;
        _files = new SortedDictionary<string, byte[]>(files.ToDictionary(), StringComparer.Ordinal);
        Directory.CreateDirectory(Path);
        var version = WriteVersion();
        var temporary = System.IO.Path.Combine(Path, TemporaryName);
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, version);
        SwappedAt = System.Diagnostics.Stopwatch.GetTimestamp();
        if (Libc.Rename(temporary, link) != 0) throw new IOException($"{link} cannot be swapped");
        LinkNames();
        if (old is not null) Directory.Delete(System.IO.Path.Combine(Path, old), recursive: true);
        return true;
    }

    /// <summary>Replaces all files by one swap.</summary>
    /// <param name="files">The files by their path, as UTF-8.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Write(IReadOnlyDictionary<string, string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Write(files.ToDictionary(f => f.Key, f => Encoding.UTF8.GetBytes(f.Value)));
    }

    /// <summary>Writes or replaces one file, all others as they are, by one swap.</summary>
    /// <param name="path">Its path, such as <c>appsettings.json</c>.</param>
    /// <param name="text">Its content, as UTF-8.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Write(string path, string text) => Write(new Dictionary<string, byte[]>(_files) { [path] = Encoding.UTF8.GetBytes(text) });

    /// <summary>Removes the directory with everything in it, as when a volume is unmounted. The next <see cref="Write(string, string)"/> makes it again.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }

    /// <summary>Removes the directory.</summary>
    public void Dispose() => Remove();

    private bool IsSame(IReadOnlyDictionary<string, byte[]> files) =>
        files.Count == _files.Count && files.All(f => _files.TryGetValue(f.Key, out var mine) && f.Value.AsSpan().SequenceEqual(mine));

    private string WriteVersion()
    {
        var number = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var name = _time.GetUtcNow().UtcDateTime.ToString("'..'yyyy'_'MM'_'dd'_'HH'_'mm'_'ss'.'", CultureInfo.InvariantCulture) + number.ToString(CultureInfo.InvariantCulture);
        var root = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
        foreach (var (path, bytes) in _files)
        {
            var file = System.IO.Path.Combine(root, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }

        return name;
    }

    /// <summary>Links first parts of paths, and removes links of those that are gone.</summary>
    private void LinkNames()
    {
        var names = _files.Keys.Select(p => p.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos().ToList())
        {
            if (!entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Remove(entry.Name)) File.Delete(entry.FullName);
        }

        foreach (var name in names) File.CreateSymbolicLink(System.IO.Path.Combine(Path, name), DataName + "/" + name);
    }
}
