using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>
/// The field paths of the Downward API, such as <c>metadata.name</c> and <c>metadata.labels['app']</c>: taken apart, checked against
/// what an API version knows, and looked up in a pod.
/// </summary>
public static class FieldPaths
{
    internal const string Annotations = "metadata.annotations";
    internal const string Labels = "metadata.labels";

    /// <summary>
    /// Takes a path such as <c>metadata.labels['app']</c> apart at the first <c>['</c>. Nothing is escaped within the key.
    /// </summary>
    /// <param name="fieldPath">The path.</param>
    /// <param name="path">The part before the subscript, or the whole path when it has none.</param>
    /// <param name="key">The key, or the empty string.</param>
    /// <returns>Whether the path has a subscript.</returns>
    public static bool TrySplitSubscript(string fieldPath, out string path, out string key)
    {
        path = fieldPath;
        key = "";
        var opening = fieldPath.IndexOf("['", StringComparison.Ordinal);
        if (opening <= 0 || !fieldPath.EndsWith("']", StringComparison.Ordinal) || opening + 2 > fieldPath.Length - 2)
            return false;
        path = fieldPath[..opening];
        key = fieldPath[(opening + 2)..^2];
        return true;
    }

    /// <summary>Converts a path of an API version to the present name of the field: <c>spec.host</c> to <c>spec.nodeName</c>.</summary>
    /// <param name="apiVersion">The API version of the path; the only one is <c>v1</c>.</param>
    /// <param name="fieldPath">The path.</param>
    /// <param name="label">The present path.</param>
    /// <param name="error">Kubernetes' sentence when the path is not supported, else the empty string.</param>
    public static bool TryConvert(string apiVersion, string fieldPath, out string label, out string error)
    {
        label = "";
        error = "";
        if (apiVersion != "v1")
            error = "unsupported pod version: " + apiVersion;
        else if (TrySplitSubscript(fieldPath, out var path, out _))
            (label, error) = path is Annotations or Labels ? (fieldPath, "") : ("", "field label does not support subscript: " + fieldPath);
        else if (Convert(fieldPath) is { } converted)
            label = converted;
        else
            error = "field label not supported: " + fieldPath;
        return error.Length == 0;
    }

    /// <summary>
    /// The value of a pod's metadata at a path, as a volume shows it: a name, a uid, a label, or all labels in the form of
    /// <see cref="WholeMap"/>. A missing label or annotation is the empty string.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="fieldPath">The path.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">Kubernetes' sentence when there is no such field, else the empty string.</param>
    public static bool TryExtract(Pod pod, string fieldPath, out string value, out string error) =>
        TryExtract(pod, pod.Metadata.Annotations, fieldPath, out value, out error);

    /// <summary>The same, with the annotations that the node sees.</summary>
    internal static bool TryExtract(
        Pod pod, IReadOnlyDictionary<string, string>? annotations, string fieldPath, out string value, out string error)
    {
        error = "";
        if (TrySplitSubscript(fieldPath, out var path, out var key))
            return TryExtractKey(pod, annotations, fieldPath, path, key, out value, out error);
        switch (fieldPath)
        {
            case Annotations:
                value = WholeMap.Format(annotations);
                return true;
            case Labels:
                value = WholeMap.Format(pod.Metadata.Labels);
                return true;
            case "metadata.name":
                value = pod.Metadata.Name ?? "";
                return true;
            case "metadata.namespace":
                value = pod.Metadata.Namespace ?? "";
                return true;
            case "metadata.uid":
                value = pod.Metadata.Uid ?? "";
                return true;
            default:
                value = "";
                error = "unsupported fieldPath: " + fieldPath;
                return false;
        }
    }

    private static bool TryExtractKey(
        Pod pod, IReadOnlyDictionary<string, string>? annotations, string fieldPath, string path, string key, out string value, out string error)
    {
        value = "";
        error = "";
        if (path is not (Annotations or Labels))
        {
            error = $"fieldPath {GoQuoting.Quote(fieldPath)} does not support subscript";
            return false;
        }
        // An annotation's key is lower-cased for the check alone.
        var problems = Names.IsQualifiedName(path == Annotations ? key.ToLowerInvariant() : key);
        if (problems.Count > 0)
        {
            error = $"invalid key subscript in {fieldPath}: {string.Join(';', problems)}";
            return false;
        }
        var map = path == Annotations ? annotations : pod.Metadata.Labels;
        value = map?.GetValueOrDefault(key, "") ?? "";
        return true;
    }

    private static string? Convert(string fieldPath) => fieldPath switch
    {
        Annotations or Labels or "metadata.name" or "metadata.namespace" or "metadata.uid"
            or "spec.nodeName" or "spec.restartPolicy" or "spec.serviceAccountName" or "spec.schedulerName"
            or "status.phase" or "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs" => fieldPath,
        "spec.host" => "spec.nodeName",
        _ => null,
    };
}
