using System.Globalization;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>The annotations that a kubelet adds to a pod for itself, and that annotation files therefore show: where the pod came from, and when it was first seen.</summary>
internal sealed class ConfigAnnotations(DateTimeOffset seen)
{
    private readonly string _seen = seen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public void AddTo(Pod pod)
    {
        var annotations = pod.Metadata.Annotations ??= [];
        annotations["kubernetes.io/config.seen"] = _seen;
        annotations["kubernetes.io/config.source"] = "api";
    }
}
