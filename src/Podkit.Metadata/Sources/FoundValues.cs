namespace Podkit.Metadata.Sources;

/// <summary>What one source offers.</summary>
internal sealed class FoundValues(MetadataSource source)
{
    /// <summary>A source that offers nothing.</summary>
    public static FoundValues Nothing { get; } = new(MetadataSource.Configured);

    public MetadataSource Source { get; } = source;

    /// <summary>Single values by their field path; single labels and annotations among them.</summary>
    public Dictionary<string, Found> Values { get; } = new(StringComparer.Ordinal);

    public FoundMap? Labels { get; set; }

    public FoundMap? Annotations { get; set; }

    public (PodOwner Owner, string Place)? Owner { get; set; }

    public bool IsEmpty => Values.Count == 0 && Labels is null && Annotations is null && Owner is null;

    /// <summary>The resources of it alone.</summary>
    public FoundValues Resources()
    {
        var resources = new FoundValues(Source);
        foreach (var (fieldPath, found) in Values)
        {
            if (new FieldReference(fieldPath).IsResource) resources.Values.Add(fieldPath, found);
        }

        return resources;
    }

    /// <summary>Adds a value unless it is empty or there is one.</summary>
    public void Add(string fieldPath, string? text, string place, bool canChange = false)
    {
        if (!string.IsNullOrEmpty(text)) Values.TryAdd(fieldPath, new Found(text, place, canChange));
    }

    /// <summary>Adds a label or an annotation, which may be empty, unless there is one.</summary>
    public void AddEntry(string mapPath, string key, string text, string place, bool canChange = false) =>
        Values.TryAdd($"{mapPath}['{key}']", new Found(text, place, canChange));
}
