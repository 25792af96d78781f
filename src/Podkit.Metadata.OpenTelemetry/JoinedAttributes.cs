using System.Collections;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>A record's own attributes and the pod's, without copying either.</summary>
internal sealed class JoinedAttributes(IReadOnlyList<KeyValuePair<string, object?>> own, PodAttributeList pod) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => own.Count + pod.Count;

    public KeyValuePair<string, object?> this[int index] => index < own.Count ? own[index] : pod[index - own.Count];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < own.Count; i++) yield return own[i];
        for (var i = 0; i < pod.Count; i++) yield return pod[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
