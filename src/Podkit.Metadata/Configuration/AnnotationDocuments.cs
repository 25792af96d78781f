using Podkit.Metadata.Logging;

namespace Podkit.Metadata.Configuration;

/// <summary>The parts of annotations that are JSON. One that was JSON and is broken keeps its last good parts until it is JSON, something else, or gone.</summary>
/// <param name="section">The section of the annotations.</param>
/// <param name="log">Told of those that are broken; what they hold is not told.</param>
internal sealed class AnnotationDocuments(string section, PodMetadataLog log)
{
    /// <summary>Written by kubectl, long, and nobody's configuration.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly Dictionary<string, string?> None = [];

    private readonly Dictionary<string, Document> _known = new(StringComparer.Ordinal);

    /// <summary>The keys of configuration below an annotation, and their values.</summary>
    public IReadOnlyDictionary<string, string?> Parts(string key, string text)
    {
        if (key == LastApplied) return None;
        var known = _known.GetValueOrDefault(key);
        if (known?.Text == text) return known.Parts;
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            Forget(key, "no longer begins like JSON");
            return None;
        }

        var parts = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var problem = DocumentKeys.ReadJson(text, $"{section}:{key}", parts);
        if (problem is null)
        {
            _known[key] = new Document(text, parts, IsBroken: false);
            if (known?.IsBroken == true) log.Recovered($"the annotation {key} is JSON again");
            return parts;
        }

        if (known is null) return None;
        _known[key] = known with { Text = text, IsBroken = true };
        if (!known.IsBroken) log.Problem($"the annotation {key} {problem}; the last good values below {section}:{key} stay");
        return known.Parts;
    }

    /// <summary>Forgets annotations that are gone.</summary>
    public void KeepOnly(PodMap present)
    {
        foreach (var gone in _known.Keys.Where(k => !present.ContainsKey(k)).ToList()) Forget(gone, "is gone");
    }

    private void Forget(string key, string why)
    {
        if (_known.Remove(key, out var known) && known.IsBroken) log.Recovered($"the annotation {key} {why}, and with it the last good values below {section}:{key}");
    }

    private sealed record Document(string Text, Dictionary<string, string?> Parts, bool IsBroken);
}
