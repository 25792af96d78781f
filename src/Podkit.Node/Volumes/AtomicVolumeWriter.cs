using System.Globalization;
using System.Security.Cryptography;
using Podkit.Node.Interop;

namespace Podkit.Node.Volumes;

/// <summary>
/// Writes the files of a volume so that a reader sees either all old or all new ones. The files stand in a directory of their own, named for
/// the time; <c>..data</c> links to it and is swapped by one rename; every first path element links to <c>..data/NAME</c>. This is a kubelet's
/// layout, step by step (see <see cref="AtomicWriteStep"/>), with three differences, all for the time after a crash or a full disk: what an
/// interrupted write left behind never blocks a later one and is removed by it, whether or not anything has changed; links that are missing
/// are made, whether or not anything has changed; and everything that needs room on the disk comes before the swap.
/// Nothing is synced to the disk, as a kubelet does not either: volumes are written anew after a restart of the machine.
/// </summary>
/// <param name="directory">The volume's directory. It exists.</param>
/// <param name="time">The clock that names directories.</param>
/// <param name="beforeStep">Called before each step; for tests.</param>
internal sealed class AtomicVolumeWriter(string directory, TimeProvider time, Action<AtomicWriteStep>? beforeStep = null)
{
    /// <summary>The name of the link to the current files.</summary>
    public const string DataName = "..data";

    private const string DataTemporaryName = "..data_tmp";
    private const string LinkTemporaryPrefix = "..link_";
    private const uint DirectoryMode = 0x1ED; // 0755

    private AtomicPayload? _last;
    private string? _lastTarget;

    /// <summary>Writes the files unless the volume holds exactly them already; permissions are not compared.</summary>
    /// <param name="files">All files of the volume. Of two with the same path the last wins.</param>
    /// <param name="ownership">Whom the files belong to.</param>
    /// <returns>Whether anything was published.</returns>
    /// <exception cref="ArgumentException">A path is not allowed.</exception>
    /// <exception cref="IOException">Nothing was published: the old files are as they were.</exception>
    public bool Write(IEnumerable<AtomicFile> files, GroupOwnership ownership)
    {
        Step(AtomicWriteStep.CleanPaths);
        var payload = AtomicPayload.Create(files);
        Step(AtomicWriteStep.ReadCurrent);
        var current = Posix.ReadLink(Full(DataName));
        Step(AtomicWriteStep.Compare);
        var upToDate = current is not null && IsUpToDate(current, payload);
        if (upToDate && IsTidy(current!, payload)) return false;
        var target = upToDate ? current! : WriteDirectory(payload, ownership);
        var links = Reserve(payload, target, upToDate);
        if (!upToDate) Publish(target);
        foreach (var (reserved, name) in links)
        {
            Step(AtomicWriteStep.PublishLink);
            Posix.Rename(Full(reserved), Full(name));
        }

        RemoveStale(target, payload);
        (_last, _lastTarget) = (payload, target);
        Step(AtomicWriteStep.Done);
        return !upToDate;
    }

    /// <summary>Whether the current directory holds exactly these files.</summary>
    private bool IsUpToDate(string current, AtomicPayload payload)
    {
        var root = Full(current);
        if (!IsDataDirectory(current) || FileStatus.Find(root, follow: false) is not { IsDirectory: true }) return false;
        foreach (var file in payload.Files)
        {
            // A file that its own owner may not read (mode 0200) is known from when it was written.
            var same = Posix.Holds(Path.Combine(root, file.Path), file.Content.Span);
            if (!(same ?? (current == _lastTarget && _last?.HasSame(file) == true))) return false;
        }

        var found = 0;
        foreach (var (path, status) in DirectoryTree.Walk(root))
        {
            if (status.IsDirectory) continue;
            if (!payload.Contains(Path.GetRelativePath(root, path))) return false;
            found++;
        }

        return found == payload.Files.Count;
    }

    /// <summary>Whether the volume's directory holds nothing but what belongs to these files.</summary>
    private bool IsTidy(string current, AtomicPayload payload)
    {
        var expected = 0;
        foreach (var name in DirectoryTree.Names(directory))
        {
            if (name == DataName || name == current) continue;
            if (!payload.TopNames.Contains(name) || Posix.ReadLink(Full(name)) != LinkTarget(name)) return false;
            expected++;
        }

        return expected == payload.TopNames.Count;
    }

    private string WriteDirectory(AtomicPayload payload, GroupOwnership ownership)
    {
        Step(AtomicWriteStep.MakeDirectory);
        var name = MakeDataDirectory();
        try
        {
            var root = Full(name);
            foreach (var folder in payload.Folders) Posix.MakeDirectory(Path.Combine(root, folder), DirectoryMode);
            foreach (var file in payload.Files)
            {
                Step(AtomicWriteStep.WriteFile);
                var path = Path.Combine(root, file.Path);
                Posix.WriteNewFile(path, file.Content.Span, file.Mode);
            }

            Step(AtomicWriteStep.SetOwnership);
            SetOwners(root, payload);
            ownership.Apply(root);
            return name;
        }
        catch (IOException)
        {
            Discard(name);
            throw;
        }
    }

    private static void SetOwners(string root, AtomicPayload payload)
    {
        foreach (var file in payload.Files)
        {
            if (file.Owner is not { } owner || owner == Posix.UserId || !Posix.IsRoot) continue;
            Posix.TryChangeOwner(Path.Combine(root, file.Path), owner, null);
        }
    }

    /// <summary>A new directory named for the time and a random number.</summary>
    private string MakeDataDirectory()
    {
        var prefix = time.GetUtcNow().UtcDateTime.ToString("'..'yyyy'_'MM'_'dd'_'HH'_'mm'_'ss'.'", CultureInfo.InvariantCulture);
        while (true)
        {
            var random = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
            var name = prefix + random.ToString(CultureInfo.InvariantCulture);
            if (Posix.TryMakeDirectory(Full(name), DirectoryMode)) return name;
        }
    }

    /// <summary>Makes the links of first path elements that have none, under names that nobody reads.</summary>
    private List<(string Reserved, string Name)> Reserve(AtomicPayload payload, string target, bool published)
    {
        var links = new List<(string, string)>();
        try
        {
            foreach (var name in payload.TopNames)
            {
                if (Posix.ReadLink(Full(name)) == LinkTarget(name)) continue;
                Step(AtomicWriteStep.ReserveLink);
                var reserved = LinkTemporaryPrefix + links.Count.ToString(CultureInfo.InvariantCulture);
                Posix.Unlink(Full(reserved));
                Posix.SymbolicLink(LinkTarget(name), Full(reserved));
                links.Add((reserved, name));
            }

            if (!published)
            {
                Step(AtomicWriteStep.MakeDataLink);
                TreeRemoval.Remove(Full(DataTemporaryName));
                Posix.SymbolicLink(target, Full(DataTemporaryName));
            }

            return links;
        }
        catch (IOException)
        {
            foreach (var (reserved, _) in links) Discard(reserved);
            if (!published) Discard(target);
            throw;
        }
    }

    private void Publish(string target)
    {
        Step(AtomicWriteStep.Publish);
        try
        {
            Posix.Rename(Full(DataTemporaryName), Full(DataName));
        }
        catch (IOException)
        {
            Discard(DataTemporaryName);
            Discard(target);
            throw;
        }
    }

    /// <summary>Removes links of paths that are gone, earlier directories, and what interrupted writes left.</summary>
    private void RemoveStale(string target, AtomicPayload payload)
    {
        var names = DirectoryTree.Names(directory);
        foreach (var name in names.Where(name => !name.StartsWith("..", StringComparison.Ordinal)))
        {
            if (payload.TopNames.Contains(name) || Posix.ReadLink(Full(name)) != LinkTarget(name)) continue;
            Step(AtomicWriteStep.RemoveStale);
            Posix.Unlink(Full(name));
        }

        foreach (var name in names)
        {
            if (name == target || !(IsDataDirectory(name) || name == DataTemporaryName || name.StartsWith(LinkTemporaryPrefix, StringComparison.Ordinal))) continue;
            Step(AtomicWriteStep.RemoveStale);
            TreeRemoval.Remove(Full(name));
        }
    }

    /// <summary>Removes what a failed write made. What cannot be removed now is removed by the next write.</summary>
    private void Discard(string name)
    {
        try
        {
            TreeRemoval.Remove(Full(name));
        }
        catch (IOException)
        {
            _last = null;
        }
    }

    private static bool IsDataDirectory(string name) => name.Length > 2 && name.StartsWith("..", StringComparison.Ordinal) && char.IsAsciiDigit(name[2]);

    private static string LinkTarget(string name) => DataName + "/" + name;

    private string Full(string name) => directory + "/" + name;

    private void Step(AtomicWriteStep step) => beforeStep?.Invoke(step);
}
