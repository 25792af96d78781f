namespace Podkit.Metadata;

/// <summary>
/// Which of a pod's values log lines, spans and other records carry, named by OpenTelemetry's semantic conventions: <c>k8s.pod.name</c>,
/// <c>k8s.pod.label.KEY</c> and so on.
/// </summary>
public sealed class PodAttributeOptions
{
    private readonly List<string> _labels = [];
    private readonly List<string> _annotations = [];
    private List<string> _fields = [PodFields.Name, PodFields.Namespace, PodFields.NodeName];

    /// <summary>What names become; null: they stay. For stores that do not like dots: <c>name =&gt; name.Replace('.', '_')</c>. Default: null.</summary>
    public Func<string, string>? Rename { get; set; }

    internal IReadOnlyList<string> LabelKeys => _labels;

    internal IReadOnlyList<string> AnnotationKeys => _annotations;

    internal IReadOnlyList<string> FieldPaths => _fields;

    /// <summary>Adds labels, as <c>k8s.pod.label.KEY</c>. A label that the pod does not have is left out, and comes when the pod gets it.</summary>
    /// <param name="keys">Their keys.</param>
    public PodAttributeOptions Labels(params ReadOnlySpan<string> keys) => Add(_labels, keys);

    /// <summary>Adds annotations, as <c>k8s.pod.annotation.KEY</c>. They can be long, and hold what is not meant for logs: choose.</summary>
    /// <param name="keys">Their keys.</param>
    public PodAttributeOptions Annotations(params ReadOnlySpan<string> keys) => Add(_annotations, keys);

    /// <summary>
    /// Sets the values beside labels and annotations, of <see cref="PodFields"/>: name, namespace, UID, node, container or pod address. Default:
    /// name, namespace and node. What is not known is left out.
    /// </summary>
    /// <param name="fieldPaths">The values in Kubernetes' words; none: labels and annotations alone.</param>
    /// <exception cref="ArgumentException">OpenTelemetry has no name for it.</exception>
    public PodAttributeOptions Fields(params ReadOnlySpan<string> fieldPaths)
    {
        var fields = new List<string>();
        foreach (var path in fieldPaths)
        {
            if (!PodAttributeNames.OfField.ContainsKey(path))
                throw new ArgumentException($"{path} cannot be an attribute; those that can: {string.Join(", ", PodAttributeNames.OfField.Keys.Order(StringComparer.Ordinal))}", nameof(fieldPaths));
            if (!fields.Contains(path)) fields.Add(path);
        }

        _fields = fields;
        return this;
    }

    private PodAttributeOptions Add(List<string> list, ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(key, nameof(keys));
            if (!list.Contains(key)) list.Add(key);
        }

        return this;
    }
}
