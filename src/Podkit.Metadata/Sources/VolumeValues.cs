using System.Text;
using Podkit.DownwardApi;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Sources;

/// <summary>Reads the files of a Downward API volume as values.</summary>
/// <param name="directory">The volume's directory, for messages.</param>
/// <param name="files">Files that options name.</param>
/// <param name="processors">How many processors the machine has.</param>
internal sealed class VolumeValues(string directory, IReadOnlyDictionary<string, FieldReference> files, int processors)
{
    /// <summary>Paths that are mounts of their own, as subPath makes them: they never change.</summary>
    public IReadOnlySet<string> Fixed { get; init; } = new HashSet<string>();

    /// <summary>Whether the directory itself is a piece of a volume, as subPath mounts it: nothing in it ever changes.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Reads the files.</summary>
    /// <param name="content">The volume's content.</param>
    /// <param name="problems">What is wrong, a sentence with the file's name each.</param>
    /// <param name="good">The last good content of each file, which counts for those that are broken; this call keeps it up to date.</param>
    /// <returns>What could be read, all the same.</returns>
    public FoundValues Read(VolumeContent content, List<string> problems, Dictionary<string, byte[]>? good = null)
    {
        var found = new FoundValues(MetadataSource.File);
        good ??= new(StringComparer.Ordinal);
        foreach (var gone in good.Keys.Where(p => !content.Files.ContainsKey(p) && !content.Skipped.Any(s => s.Path == p)).ToList()) good.Remove(gone);
        foreach (var skipped in content.Skipped)
        {
            if (Reference(skipped.Path) is { } reference) Keep(reference, skipped.Path, skipped.Reason);
        }

        foreach (var (path, bytes) in content.Files)
        {
            if (Reference(path) is not { } reference) continue;
            if (Add(found, reference, bytes, $"{directory}/{path}", IsLive(path)) is { } problem) Keep(reference, path, problem);
            else good[path] = bytes;
        }

        return found;

        void Keep(FieldReference reference, string path, string problem)
        {
            var isKnown = good.TryGetValue(path, out var last) && Add(found, reference, last, $"{directory}/{path}", IsLive(path)) is null;
            problems.Add($"{directory}/{path}: {problem}" + (isKnown ? "; the last good value stays" : ""));
        }
    }

    /// <summary>Which whole map is missing of a volume that has offered it; null: none.</summary>
    /// <param name="content">The volume's content.</param>
    /// <param name="offered">The files that it has offered.</param>
    public string? MissingMap(VolumeContent content, IEnumerable<string> offered) => content.Target is null
        ? null
        : offered.FirstOrDefault(p => Reference(p) is { IsWholeMap: true } && !content.Files.ContainsKey(p) && !content.Skipped.Any(s => s.Path == p));

    /// <summary>
    /// Whether these look like the files of a Downward API volume: a name alone may mean anything, a whole map does not. An empty file may be
    /// anybody's, unless there are both maps.
    /// </summary>
    public static bool LooksLikeDownwardApi(VolumeContent content)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, bytes) in content.Files)
        {
            if (Conventions.OfFile(path) is not { IsWholeMap: true } reference || !TryReadMap(bytes, out var map, out _)) continue;
            kinds.Add(reference.FieldPath);
            if (map.Count > 0 || kinds.Count > 1) return true;
        }

        return false;
    }

    private bool IsLive(string path) => !IsFixed && !Fixed.Contains(path);

    private FieldReference? Reference(string path) => files.TryGetValue(path, out var reference) ? reference : Conventions.OfFile(path);

    private string? Add(FoundValues found, FieldReference reference, byte[] bytes, string place, bool live)
    {
        if (reference.IsWholeMap) return AddMap(found, reference, bytes, place, live);
        var text = Encoding.UTF8.GetString(bytes);
        if (FieldPaths.TrySplitSubscript(reference.FieldPath, out var map, out var key))
        {
            found.AddEntry(map, key, text, place, live);
        }
        else if (reference.IsResource)
        {
            if (ResourceText.Normalize(reference, text, processors) is not { } number) return "is not a number";
            // A kubelet rounds up to the divisor: of two files the smaller number is the finer one.
            if (found.Values.TryGetValue(reference.FieldPath, out var other) && Number(number) < Number(other.Text)) found.Values.Remove(reference.FieldPath);
            found.Add(reference.FieldPath, number, place, live);
        }
        else
        {
            if (bytes.Length > 4096) return "is longer than any such value";
            // What a volume offers beside labels, annotations and resources never changes in a pod's life.
            found.Add(reference.FieldPath, text.Trim(), place);
        }

        return null;
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string? AddMap(FoundValues found, FieldReference reference, byte[] bytes, string place, bool live)
    {
        if (!TryReadMap(bytes, out var map, out var problem)) return problem;
        var entry = new FoundMap(map, place, live);
        if (reference.FieldPath == PodFields.Labels) found.Labels ??= entry;
        else found.Annotations ??= entry;
        return null;
    }

    private static bool TryReadMap(byte[] bytes, out PodMap map, out string problem)
    {
        map = PodMap.Empty;
        problem = "";
        try
        {
            map = new PodMap(WholeMap.ParseUtf8(bytes));
            return true;
        }
        catch (DownwardApiFormatException e)
        {
            problem = e.Message;
            return false;
        }
    }
}
