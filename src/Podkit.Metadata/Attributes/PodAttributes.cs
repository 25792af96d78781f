namespace Podkit.Metadata;

/// <summary>
/// Chosen values of a pod as attributes that follow it: <see cref="Current"/> is made once for each state, so that reading it costs a comparison
/// and allocates nothing. For enrichers of logs, traces and the like.
/// </summary>
public sealed class PodAttributes
{
    private readonly IPodMetadata _metadata;
    private readonly (string Name, string FieldPath)[] _fields;
    private readonly (string Name, string Key)[] _labels;
    private readonly (string Name, string Key)[] _annotations;
    private State _state;

    /// <summary>Takes the attributes of a pod.</summary>
    /// <param name="metadata">The pod.</param>
    /// <param name="options">Which values; null: name, namespace and node.</param>
    public PodAttributes(IPodMetadata metadata, PodAttributeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        options ??= new PodAttributeOptions();
        var rename = options.Rename ?? (name => name);
        _metadata = metadata;
        _fields = [.. options.FieldPaths.Select(path => (rename(PodAttributeNames.OfField[path]), path))];
        _labels = [.. options.LabelKeys.Select(key => (rename(PodAttributeNames.Label + key), key))];
        _annotations = [.. options.AnnotationKeys.Select(key => (rename(PodAttributeNames.Annotation + key), key))];
        var pod = metadata.Current;
        _state = new State(pod, Build(pod));
    }

    /// <summary>The attributes of the pod's present state: the same object until one of them changes.</summary>
    public PodAttributeList Current
    {
        get
        {
            var pod = _metadata.Current;
            var state = Volatile.Read(ref _state);
            return ReferenceEquals(state.Pod, pod) ? state.List : Follow(state, pod);
        }
    }

    private PodAttributeList Follow(State old, PodSnapshot pod)
    {
        var list = Build(pod);
        if (list.IsSame(old.List)) list = old.List;
        // Two threads may build the same; whichever comes last stays, and both are right.
        Volatile.Write(ref _state, new State(pod, list));
        return list;
    }

    private PodAttributeList Build(PodSnapshot pod)
    {
        var items = new List<KeyValuePair<string, object?>>(_fields.Length + _labels.Length + _annotations.Length);
        foreach (var (name, path) in _fields)
        {
            if (PodAttributeNames.Value(pod, path) is { Length: > 0 } value) items.Add(new(name, value));
        }

        Add(items, _labels, pod.Labels);
        Add(items, _annotations, pod.Annotations);
        return new PodAttributeList([.. items]);
    }

    private static void Add(List<KeyValuePair<string, object?>> items, (string Name, string Key)[] wanted, PodMap map)
    {
        foreach (var (name, key) in wanted)
        {
            if (map.TryGetValue(key, out var value)) items.Add(new(name, value));
        }
    }

    private sealed record State(PodSnapshot Pod, PodAttributeList List);
}
