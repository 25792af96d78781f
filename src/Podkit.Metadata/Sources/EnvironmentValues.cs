using Podkit.DownwardApi;

namespace Podkit.Metadata.Sources;

/// <summary>Reads the environment.</summary>
internal static class EnvironmentValues
{
    /// <summary>Resource attributes as OpenTelemetry's SDKs read them.</summary>
    private const string ResourceAttributes = "OTEL_RESOURCE_ATTRIBUTES";

    private const string LabelAttribute = "k8s.pod.label.";
    private const string AnnotationAttribute = "k8s.pod.annotation.";

    /// <summary>Reads what options name, then what is known by convention.</summary>
    /// <param name="variable">Reads a variable.</param>
    /// <param name="named">What options name.</param>
    /// <param name="processors">How many processors the machine has.</param>
    /// <param name="isInPod">Whether this is a pod as far as anything else says.</param>
    /// <param name="problems">What is wrong, a sentence each.</param>
    public static FoundValues Read(Func<string, string?> variable, IReadOnlyDictionary<string, FieldReference> named, int processors, bool isInPod, List<string> problems)
    {
        var found = new FoundValues(MetadataSource.EnvironmentVariable);
        foreach (var (name, reference) in named) Add(found, name, variable(name), reference, processors, problems);
        foreach (var (name, fieldPath) in Conventions.Variables)
        {
            if (Conventions.Generic.Contains(name) && !isInPod && !found.Values.ContainsKey(PodFields.Name)) continue;
            // The convention of a variable is not to stand in the way of an option that says otherwise.
            if (!named.ContainsKey(name)) Add(found, name, variable(name), new FieldReference(fieldPath), processors, null);
        }

        foreach (var (name, label) in Conventions.LabelVariables)
        {
            if (variable(name) is { Length: > 0 } value && !named.ContainsKey(name)) found.AddEntry(PodFields.Labels, label, value, name);
        }

        AddAttributes(found, variable(ResourceAttributes));
        return found;
    }

    private static void Add(FoundValues found, string name, string? text, FieldReference reference, int processors, List<string>? problems)
    {
        if (text is null) return;
        if (FieldPaths.TrySplitSubscript(reference.FieldPath, out var map, out var key))
        {
            found.AddEntry(map, key, text, name);
        }
        else if (reference.IsWholeMap)
        {
            if (WholeMap.TryParse(text, out var entries, out var error)) Set(found, reference, new FoundMap(new PodMap(entries), name, false));
            else problems?.Add($"the environment variable {name}: {error}");
        }
        else if (!reference.IsResource)
        {
            found.Add(reference.FieldPath, text.Trim(), name);
        }
        else if (ResourceText.Normalize(reference, text, processors) is { } number)
        {
            found.Add(reference.FieldPath, number, name);
        }
        else
        {
            problems?.Add($"the environment variable {name}: is not a number");
        }
    }

    private static void Set(FoundValues found, FieldReference reference, FoundMap map)
    {
        if (reference.FieldPath == PodFields.Labels) found.Labels ??= map;
        else found.Annotations ??= map;
    }

    /// <summary>Reads <c>k8s.pod.name=web-1,k8s.namespace.name=default</c>; values are percent-encoded.</summary>
    private static void AddAttributes(FoundValues found, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) attributes[pair[..equals].Trim()] = Uri.UnescapeDataString(pair[(equals + 1)..].Trim());
        }

        foreach (var (attribute, fieldPath) in Conventions.Attributes) found.Add(fieldPath, attributes.GetValueOrDefault(attribute), ResourceAttributes);
        foreach (var (attribute, kind) in Conventions.OwnerAttributes)
        {
            if (found.Owner is null && attributes.GetValueOrDefault(attribute + ".name") is { Length: > 0 } name)
                found.Owner = (new PodOwner(kind, name, attributes.GetValueOrDefault(attribute + ".uid", "")), ResourceAttributes);
        }

        foreach (var (name, value) in attributes)
        {
            if (name.StartsWith(LabelAttribute, StringComparison.Ordinal)) found.AddEntry(PodFields.Labels, name[LabelAttribute.Length..], value, ResourceAttributes);
            if (name.StartsWith(AnnotationAttribute, StringComparison.Ordinal)) found.AddEntry(PodFields.Annotations, name[AnnotationAttribute.Length..], value, ResourceAttributes);
        }
    }
}
