using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Sources;

/// <summary>Finds the Downward API volumes of a pod among its mounts.</summary>
internal sealed class Discovery
{
    private const int MostVolumes = 32;

    private readonly PodMetadataOptions _options;
    private readonly List<Mount> _mounts;
    private readonly IReadOnlyDictionary<string, FieldReference> _files;
    private readonly int _processors;

    public Discovery(PodMetadataOptions options, IReadOnlyDictionary<string, FieldReference> files, int processors)
    {
        (_options, _files, _processors) = (options, files, processors);
        _mounts = Mount.ReadAll(options.MountInfoFile);
    }

    public IReadOnlyList<Mount> Mounts => _mounts;

    /// <summary>The directories of the volumes: those of the options, or those that are found.</summary>
    public IReadOnlyList<string> Directories()
    {
        if (_options.Volumes.Count > 0) return [.. _options.Volumes.Select(v => _options.Locate(Path.TrimEndingDirectorySeparator(v))).Distinct()];
        var found = new List<string>();
        if (_options.Locate(_options.ConventionalVolume) is var conventional && Directory.Exists(conventional)) found.Add(conventional);
        foreach (var (root, point) in _mounts)
        {
            if (IsOfAnotherKind(root)) continue;
            if (found.Count < MostVolumes && point != _options.ServiceAccountDirectory && !found.Contains(point) && IsDownwardApi(point)) found.Add(point);
        }

        return found;
    }

    /// <summary>How the files of a volume are read.</summary>
    public VolumeValues Parser(string directory) => new(directory, _files, _processors)
    {
        Fixed = _mounts.Where(m => m.Point.StartsWith(directory + "/", StringComparison.Ordinal)).Select(m => m.Point[(directory.Length + 1)..]).ToHashSet(StringComparer.Ordinal),
        IsFixed = _mounts.Exists(m => m.Point == directory && m.IsPieceOfVersion),
    };

    /// <summary>Values of single files that subPath has mounted outside of the volumes. They never change.</summary>
    public FoundValues SinglePieces(IReadOnlyList<string> directories, List<string> problems)
    {
        var found = new FoundValues(MetadataSource.File);
        foreach (var mount in _mounts)
        {
            if (!mount.IsPieceOfVersion || IsOfAnotherKind(mount.Root) || directories.Any(d => mount.Point.StartsWith(d + "/", StringComparison.Ordinal)) || !File.Exists(mount.Point)) continue;
            var (folder, name) = (Path.GetDirectoryName(mount.Point) ?? "/", Path.GetFileName(mount.Point));
            if (Conventions.OfFile(name) is not { IsWholeMap: true }) continue;
            Add(found, new VolumeValues(folder, _files, _processors) { IsFixed = true }, mount.Point, name, problems);
        }

        return found;
    }

    private static void Add(FoundValues found, VolumeValues parser, string file, string name, List<string> problems)
    {
        try
        {
            if (new FileInfo(file).Length > VolumeReader.LargestFile) return;
            var content = new VolumeContent(null, new() { [name] = File.ReadAllBytes(file) }, []);
            if (!VolumeValues.LooksLikeDownwardApi(content)) return;
            var values = parser.Read(content, problems);
            found.Labels ??= values.Labels;
            found.Annotations ??= values.Annotations;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Whether the path on the node says that it is a ConfigMap's or a Secret's, whatever the names of its files.</summary>
    private static bool IsOfAnotherKind(string root) =>
        root.Contains("/kubernetes.io~configmap/", StringComparison.Ordinal) || root.Contains("/kubernetes.io~secret/", StringComparison.Ordinal);

    private static bool IsDownwardApi(string directory)
    {
        try
        {
            if (new DataLink(directory).Read() is null) return false;
            // Names first: a big ConfigMap is not read for nothing.
            if (!Directory.EnumerateFileSystemEntries(directory).Any(e => Conventions.OfFile(Path.GetFileName(e)) is { IsWholeMap: true })) return false;
            return new VolumeReader(directory).Read(null, out var content) == VolumeRead.Read && VolumeValues.LooksLikeDownwardApi(content!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Whatever it is, it is not for this user.
        }
    }
}
