using System.Collections.Frozen;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Validation;

/// <summary>The names that Go's decoder gives to the API's types in its messages.</summary>
internal static class GoTypeNames
{
    /// <summary>Fields whose Go type is a named string, map or byte slice: their decoder messages carry that name.</summary>
    private static readonly FrozenDictionary<string, string> Named = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Container.imagePullPolicy"] = "v1.PullPolicy",
        ["Container.restartPolicy"] = "v1.ContainerRestartPolicy",
        ["Container.terminationMessagePolicy"] = "v1.TerminationMessagePolicy",
        ["EphemeralContainer.imagePullPolicy"] = "v1.PullPolicy",
        ["EphemeralContainer.restartPolicy"] = "v1.ContainerRestartPolicy",
        ["EphemeralContainer.terminationMessagePolicy"] = "v1.TerminationMessagePolicy",
        ["ContainerPort.protocol"] = "v1.Protocol",
        ["EmptyDirVolumeSource.medium"] = "v1.StorageMedium",
        ["HTTPGetAction.scheme"] = "v1.URIScheme",
        ["HostPathVolumeSource.type"] = "v1.HostPathType",
        ["NamespaceStatus.phase"] = "v1.NamespacePhase",
        ["NodeSelectorRequirement.operator"] = "v1.NodeSelectorOperator",
        ["ObjectMeta.uid"] = "types.UID",
        ["OwnerReference.uid"] = "types.UID",
        ["ObjectReference.uid"] = "types.UID",
        ["Preconditions.uid"] = "types.UID",
        ["DeleteOptions.propagationPolicy"] = "v1.DeletionPropagation",
        ["LabelSelectorRequirement.operator"] = "v1.LabelSelectorOperator",
        ["PodSpec.dnsPolicy"] = "v1.DNSPolicy",
        ["PodSpec.preemptionPolicy"] = "v1.PreemptionPolicy",
        ["PodSpec.restartPolicy"] = "v1.RestartPolicy",
        ["PodSpec.overhead"] = "v1.ResourceList",
        ["PodStatus.phase"] = "v1.PodPhase",
        ["PodStatus.qosClass"] = "v1.PodQOSClass",
        ["PodCondition.type"] = "v1.PodConditionType",
        ["PodCondition.status"] = "v1.ConditionStatus",
        ["NodeCondition.type"] = "v1.NodeConditionType",
        ["NodeCondition.status"] = "v1.ConditionStatus",
        ["NodeStatus.allocatable"] = "v1.ResourceList",
        ["NodeStatus.capacity"] = "v1.ResourceList",
        ["ResourceRequirements.limits"] = "v1.ResourceList",
        ["ResourceRequirements.requests"] = "v1.ResourceList",
        ["VolumeResourceRequirements.limits"] = "v1.ResourceList",
        ["VolumeResourceRequirements.requests"] = "v1.ResourceList",
        ["PersistentVolumeSpec.capacity"] = "v1.ResourceList",
        ["Secret.type"] = "v1.SecretType",
        ["ServicePort.protocol"] = "v1.Protocol",
        ["ServiceSpec.externalTrafficPolicy"] = "v1.ServiceExternalTrafficPolicy",
        ["ServiceSpec.internalTrafficPolicy"] = "v1.ServiceInternalTrafficPolicy",
        ["ServiceSpec.ipFamilies"] = "[]v1.IPFamily",
        ["ServiceSpec.ipFamilyPolicy"] = "v1.IPFamilyPolicy",
        ["ServiceSpec.sessionAffinity"] = "v1.ServiceAffinity",
        ["ServiceSpec.type"] = "v1.ServiceType",
        ["Taint.effect"] = "v1.TaintEffect",
        ["Toleration.effect"] = "v1.TaintEffect",
        ["Toleration.operator"] = "v1.TolerationOperator",
        ["VolumeMount.mountPropagation"] = "v1.MountPropagationMode",
        ["DeploymentStrategy.type"] = "v1.DeploymentStrategyType",
        ["DaemonSetUpdateStrategy.type"] = "v1.DaemonSetUpdateStrategyType",
        ["StatefulSetUpdateStrategy.type"] = "v1.StatefulSetUpdateStrategyType",
        ["StatefulSetSpec.podManagementPolicy"] = "v1.PodManagementPolicyType",
        ["CronJobSpec.concurrencyPolicy"] = "v1.ConcurrencyPolicy",
        ["JobSpec.completionMode"] = "v1.CompletionMode",
        ["JobSpec.podReplacementPolicy"] = "v1.PodReplacementPolicy",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name without its package, such as <c>Container</c>.</summary>
    public static string ShortName(TypeSchema schema) => schema.Name[(schema.Name.LastIndexOf('.') + 1)..];

    /// <summary>The name with its package, such as <c>v1.Container</c>.</summary>
    public static string Of(TypeSchema schema)
    {
        var dot = schema.Name.LastIndexOf('.');
        var before = schema.Name.LastIndexOf('.', dot - 1);
        return schema.Name[(before + 1)..];
    }

    /// <summary>The Go type of a field.</summary>
    /// <param name="field">The field, or the element of its list or map.</param>
    /// <param name="owner">The short name of the struct that holds the field.</param>
    /// <param name="name">The field's JSON name.</param>
    public static string Of(FieldSchema field, string owner, string name)
    {
        if (Named.TryGetValue($"{owner}.{name}", out var named)) return named;
        if (field.List is not null) return "[]" + Element(field.List);
        if (field.Map is not null) return "map[string]" + Element(field.Map);
        return Element(field);
    }

    private static string Element(FieldSchema field) => field switch
    {
        { List: not null } => "[]" + Element(field.List),
        { Map: not null } => "map[string]" + Element(field.Map),
        { Target: { } target } => Of(target),
        { Type: "boolean" } => "bool",
        { Type: "integer", Format: "int64" } => "int64",
        { Type: "integer" } => "int32",
        { Type: "number" } => "float64",
        { Format: "byte" } => "[]uint8",
        _ => "string",
    };
}
