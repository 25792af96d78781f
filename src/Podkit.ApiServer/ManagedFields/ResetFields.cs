namespace Podkit.ApiServer.ManagedFields;

/// <summary>Leaves out the fields that a request cannot change, whatever it says: nobody comes to own them through it.</summary>
internal static class ResetFields
{
    private static readonly FieldSet Status = FieldSet.Path("f:status");
    private static readonly FieldSet Spec = FieldSet.Path("f:spec");
    private static readonly FieldSet MetadataAndSpec = Of(FieldSet.Path("f:metadata"), Spec);

    /// <summary>Of a main resource: kinds whose status can be written with everything else.</summary>
    private static readonly HashSet<string> WithoutStatusReset = new(StringComparer.Ordinal)
    {
        "authentication.k8s.io/TokenRequest", "authentication.k8s.io/TokenReview", "authentication.k8s.io/SelfSubjectReview",
        "authorization.k8s.io/SubjectAccessReview", "authorization.k8s.io/LocalSubjectAccessReview",
        "authorization.k8s.io/SelfSubjectAccessReview", "authorization.k8s.io/SelfSubjectRulesReview",
    };

    private static readonly Dictionary<string, FieldSet> OfStatus = new(StringComparer.Ordinal)
    {
        ["/Pod"] = Of(Spec, FieldSet.Path("f:metadata", "f:deletionTimestamp"), FieldSet.Path("f:metadata", "f:ownerReferences")),
        ["apps/Deployment"] = Of(Spec, FieldSet.Path("f:metadata", "f:labels")),
        ["certificates.k8s.io/CertificateSigningRequest"] = Of(Spec, FieldSet.Path("f:status", "f:conditions")),
        ["admissionregistration.k8s.io/ValidatingAdmissionPolicy"] = MetadataAndSpec,
        ["apiextensions.k8s.io/CustomResourceDefinition"] = MetadataAndSpec,
        ["flowcontrol.apiserver.k8s.io/FlowSchema"] = MetadataAndSpec,
        ["flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration"] = MetadataAndSpec,
        ["resource.k8s.io/ResourceClaim"] = MetadataAndSpec,
        ["storage.k8s.io/VolumeAttachment"] = MetadataAndSpec,
    };

    private static readonly string[][] EphemeralContainers = [["f:spec", "f:ephemeralContainers"]];

    private static readonly string[][] Resize =
    [
        ["f:spec", "f:containers", "*", "f:resources"],
        ["f:spec", "f:containers", "*", "f:resizePolicy"],
        ["f:spec", "f:initContainers", "*", "f:resources"],
        ["f:spec", "f:initContainers", "*", "f:resizePolicy"],
    ];

    private static readonly string[][] Scale = [["f:spec", "f:replicas"]];

    /// <summary>The part of a set that a request to that subresource (empty for the object itself) can change.</summary>
    public static FieldSet? Filter(FieldSet? set, string apiVersion, string kind, string subresource)
    {
        if (set is null) return null;
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var key = string.Concat(slash < 0 ? "" : apiVersion.AsSpan(0, slash), "/", kind);
        return subresource switch
        {
            "" => WithoutStatusReset.Contains(key) ? set : FieldSet.RecursiveDifference(set, Status),
            "status" => FieldSet.RecursiveDifference(set, OfStatus.GetValueOrDefault(key, IsBuiltIn(key) ? Spec : MetadataAndSpec)),
            "scale" => FieldSet.Keep(set, Scale),
            "approval" => FieldSet.RecursiveDifference(set, Of(Spec, FieldSet.Path("f:status", "f:certificate"))),
            "ephemeralcontainers" => FieldSet.Keep(set, EphemeralContainers),
            "resize" => FieldSet.Keep(set, Resize),
            "finalize" => FieldSet.RecursiveDifference(set, Status),
            _ => set,
        };
    }

    private static bool IsBuiltIn(string groupAndKind)
    {
        var group = groupAndKind.AsSpan(0, groupAndKind.IndexOf('/', StringComparison.Ordinal));
        return group.IndexOf('.') < 0 || group.EndsWith(".k8s.io");
    }

    private static FieldSet Of(params FieldSet[] sets) => sets.Aggregate((a, b) => FieldSet.Union(a, b)!);
}
