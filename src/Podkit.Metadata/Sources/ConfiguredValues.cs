using Podkit.DownwardApi;

namespace Podkit.Metadata.Sources;

/// <summary>Reads the options: the values they set, and the files and variables they name.</summary>
internal static class ConfiguredValues
{
    /// <summary>The values that options set.</summary>
    /// <exception cref="ArgumentException">One is not valid.</exception>
    public static FoundValues Read(PodMetadataOptions options)
    {
        var found = new FoundValues(MetadataSource.Configured);
        foreach (var (fieldPath, value) in options.Values)
        {
            const string option = nameof(PodMetadataOptions) + "." + nameof(PodMetadataOptions.Values);
            var place = $"{option}[\"{fieldPath}\"]";
            var reference = Parse(option, fieldPath, fieldPath);
            if (FieldPaths.TrySplitSubscript(fieldPath, out var map, out var key)) found.AddEntry(map, key, value, place);
            else if (reference.IsWholeMap) SetMap(found, reference, value, place);
            else found.Add(reference.FieldPath, reference.IsResource ? Number(reference, value, place) : value, place);
        }

        return found;
    }

    /// <summary>What options say of files or variables.</summary>
    /// <exception cref="ArgumentException">One is not valid.</exception>
    public static Dictionary<string, FieldReference> References(string option, IDictionary<string, string> names)
    {
        var references = new Dictionary<string, FieldReference>(StringComparer.Ordinal);
        foreach (var (name, fieldPath) in names) references[name] = Parse(option, name, fieldPath);
        return references;
    }

    private static FieldReference Parse(string option, string name, string fieldPath) => FieldReference.TryParse(fieldPath, out var reference, out var error)
        ? reference
        : throw new ArgumentException($"{option}[\"{name}\"] is \"{fieldPath}\": {error}");

    private static string Number(FieldReference reference, string value, string place) =>
        ResourceText.Normalize(reference with { Divisor = reference.Divisor ?? Model.Quantity.Parse("1") }, value, int.MaxValue)
            ?? throw new ArgumentException($"{place} is \"{value}\": a quantity is needed, such as 250m or 64Mi");

    private static void SetMap(FoundValues found, FieldReference reference, string value, string place)
    {
        if (!WholeMap.TryParse(value, out var entries, out var error)) throw new ArgumentException($"{place} is not of the form KEY=\"VALUE\", a line each: {error}");
        var map = new FoundMap(new PodMap(entries), place, false);
        if (reference.FieldPath == PodFields.Labels) found.Labels = map;
        else found.Annotations = map;
    }
}
