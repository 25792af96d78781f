using System.Diagnostics.CodeAnalysis;
using Podkit.DownwardApi;
using Podkit.Model;

namespace Podkit.Metadata.Sources;

/// <summary>Which value a file or a variable holds: a field path, for a resource with its divisor.</summary>
/// <param name="FieldPath">The field, in the spelling of <see cref="PodFields"/>.</param>
/// <param name="Divisor">What a resource's number is multiplied with; null when nothing says it.</param>
internal sealed record FieldReference(string FieldPath, Quantity? Divisor = null)
{
    private static readonly string[] Known =
    [
        PodFields.Name, PodFields.Namespace, PodFields.Uid, PodFields.Labels, PodFields.Annotations, PodFields.NodeName, PodFields.ServiceAccountName,
        PodFields.ContainerName, PodFields.PodIPs, PodFields.HostIPs, PodFields.CpuLimit, PodFields.CpuRequest, PodFields.MemoryLimit, PodFields.MemoryRequest,
        PodFields.EphemeralStorageLimit, PodFields.EphemeralStorageRequest,
    ];

    public bool IsResource => FieldPath.StartsWith("limits.", StringComparison.Ordinal) || FieldPath.StartsWith("requests.", StringComparison.Ordinal);

    public bool IsCpu => FieldPath is PodFields.CpuLimit or PodFields.CpuRequest;

    public bool IsWholeMap => FieldPath is PodFields.Labels or PodFields.Annotations;

    /// <summary>Reads what an option says.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldReference? reference, out string error)
    {
        reference = null;
        if (FieldPaths.TrySplitSubscript(text, out var map, out _))
        {
            error = map is PodFields.Labels or PodFields.Annotations ? "" : "only metadata.labels and metadata.annotations have keys";
            if (error.Length == 0) reference = new FieldReference(text);
            return error.Length == 0;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var path = Canonical(slash < 0 ? text : text[..slash]);
        error = $"it is none of {string.Join(", ", Known)}, metadata.labels['KEY'] and metadata.annotations['KEY']";
        if (Array.IndexOf(Known, path) < 0) return false;
        reference = new FieldReference(path);
        if (slash < 0) return true;
        error = $"\"{text[(slash + 1)..]}\" is no divisor of a resource, such as 1m or 1Mi";
        if (!reference.IsResource || !Quantity.TryParse(text[(slash + 1)..], out var divisor) || divisor.Sign <= 0) return false;
        reference = reference with { Divisor = divisor };
        return true;
    }

    private static string Canonical(string path) => path switch
    {
        "status.podIP" => PodFields.PodIPs,
        "status.hostIP" => PodFields.HostIPs,
        _ => path,
    };
}
