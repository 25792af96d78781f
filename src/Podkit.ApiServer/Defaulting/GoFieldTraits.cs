using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Defaulting;

/// <summary>What Kubernetes' Go types know of their fields and the schemas do not show: which are pointers, and which are written although empty.</summary>
internal static class GoFieldTraits
{
    /// <summary>Numbers and booleans that are plain values: zero and false are not written. All others are pointers.</summary>
    private static readonly FrozenSet<string> PlainNumbers = Split("""
        DaemonSetSpec minReadySeconds
        DaemonSetStatus numberAvailable numberUnavailable observedGeneration updatedNumberScheduled
        DeploymentSpec minReadySeconds paused
        DeploymentStatus availableReplicas observedGeneration readyReplicas replicas unavailableReplicas updatedReplicas
        ReplicaSetSpec minReadySeconds
        ReplicaSetStatus availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
        StatefulSetSpec minReadySeconds
        StatefulSetStatus currentReplicas observedGeneration readyReplicas updatedReplicas
        ReplicationControllerSpec minReadySeconds
        ReplicationControllerStatus availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
        ScaleSpec replicas
        TokenReviewStatus authenticated
        SubjectAccessReviewStatus denied
        HorizontalPodAutoscalerStatus currentReplicas
        JobStatus active failed succeeded
        PodDisruptionBudgetStatus observedGeneration
        ValidatingAdmissionPolicyStatus observedGeneration
        AWSElasticBlockStoreVolumeSource partition readOnly
        AzureFilePersistentVolumeSource readOnly
        AzureFileVolumeSource readOnly
        CSIPersistentVolumeSource readOnly
        CephFSPersistentVolumeSource readOnly
        CephFSVolumeSource readOnly
        CinderPersistentVolumeSource readOnly
        CinderVolumeSource readOnly
        Container stdin stdinOnce tty
        EphemeralContainer stdin stdinOnce tty
        ContainerImage sizeBytes
        ContainerPort hostPort
        ContainerStateTerminated signal
        Event count deprecatedCount
        EventSeries count
        FCVolumeSource readOnly
        FlexPersistentVolumeSource readOnly
        FlexVolumeSource readOnly
        GCEPersistentDiskVolumeSource partition readOnly
        GlusterfsVolumeSource readOnly
        GlusterfsPersistentVolumeSource readOnly
        ISCSIPersistentVolumeSource chapAuthDiscovery chapAuthSession readOnly
        ISCSIVolumeSource chapAuthDiscovery chapAuthSession readOnly
        NFSVolumeSource readOnly
        NodeSpec unschedulable
        PersistentVolumeClaimVolumeSource readOnly
        PodCondition observedGeneration
        PodSpec hostIPC hostNetwork hostPID
        PodStatus observedGeneration
        PortworxVolumeSource readOnly
        Probe failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds
        QuobyteVolumeSource readOnly
        RBDPersistentVolumeSource readOnly
        RBDVolumeSource readOnly
        ScaleIOPersistentVolumeSource readOnly sslEnabled
        ScaleIOVolumeSource readOnly sslEnabled
        ServicePort nodePort
        ServiceSpec healthCheckNodePort publishNotReadyAddresses
        StorageOSPersistentVolumeSource readOnly
        StorageOSVolumeSource readOnly
        VolumeMount readOnly
        VolumeMountStatus readOnly
        PriorityClass globalDefault
        CustomResourceColumnDefinition priority
        CustomResourceDefinitionSpec preserveUnknownFields
        CustomResourceDefinitionVersion deprecated
        JSONSchemaProps exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string
        Condition observedGeneration
        ObjectMeta generation
        Status code
        StatusDetails retryAfterSeconds
        APIServiceSpec insecureSkipTLSVerify
        """);

    /// <summary>Texts that are pointers: the empty string is written. All others are plain values.</summary>
    private static readonly FrozenSet<string> PointerTexts = Split("""
        MatchResources matchPolicy
        MutatingWebhook failurePolicy matchPolicy reinvocationPolicy
        NamedRuleWithOperations scope
        RuleWithOperations scope
        ParamRef parameterNotFoundAction
        ServiceReference path
        ValidatingAdmissionPolicySpec failurePolicy
        ValidatingWebhook failurePolicy matchPolicy
        Validation reason
        WebhookClientConfig url
        CronJobSpec timeZone
        JobSpec completionMode managedBy podReplacementPolicy
        JobStatus failedIndexes
        PodFailurePolicyOnExitCodesRequirement containerName
        SuccessPolicyRule succeededIndexes
        LeaseSpec holderIdentity preferredHolder strategy
        HPAScalingRules selectPolicy
        AzureDiskVolumeSource cachingMode fsType kind
        AzureFilePersistentVolumeSource secretNamespace
        CSIVolumeSource fsType
        ClusterTrustBundleProjection name signerName
        AppArmorProfile localhostProfile
        SeccompProfile localhostProfile
        Container restartPolicy
        EphemeralContainer restartPolicy
        Lifecycle stopSignal
        ContainerStatus stopSignal
        EndpointAddress nodeName
        EndpointPort appProtocol
        GRPCAction service
        GlusterfsPersistentVolumeSource endpointsNamespace
        HostPathVolumeSource type
        LoadBalancerIngress ipMode
        LocalVolumeSource fsType
        PersistentVolumeClaimSpec storageClassName volumeAttributesClassName volumeMode
        PersistentVolumeClaimStatus currentVolumeAttributesClassName
        PersistentVolumeSpec volumeAttributesClassName volumeMode
        PodDNSConfigOption value
        PodResourceClaim resourceClaimName resourceClaimTemplateName
        PodResourceClaimStatus resourceClaimName
        PodSecurityContext fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy
        PodSpec hostnameOverride preemptionPolicy runtimeClassName
        PortStatus error
        IngressPortStatus error
        SecurityContext procMount
        ServicePort appProtocol
        ServiceSpec internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
        TopologySpreadConstraint nodeAffinityPolicy nodeTaintsPolicy
        TypedLocalObjectReference apiGroup
        TypedObjectReference apiGroup namespace
        VolumeMount mountPropagation recursiveReadOnly
        VolumeMountStatus recursiveReadOnly
        WindowsSecurityContextOptions gmsaCredentialSpec gmsaCredentialSpecName runAsUserName
        Endpoint hostname nodeName zone
        HTTPIngressPath pathType
        IngressClassParametersReference apiGroup namespace scope
        IngressSpec ingressClassName
        NetworkPolicyPort protocol
        PodDisruptionBudgetSpec unhealthyPodEvictionPolicy
        PriorityClass preemptionPolicy
        CSIDriverSpec fsGroupPolicy
        StorageClass reclaimPolicy volumeBindingMode
        VolumeAttachmentSource persistentVolumeName
        CustomResourceDefinitionVersion deprecationWarning
        CustomResourceSubresourceScale labelSelectorPath
        JSONSchemaProps $ref x-kubernetes-list-type x-kubernetes-map-type
        ValidationRule reason
        DeleteOptions propagationPolicy
        Preconditions resourceVersion uid
        Device nodeName
        DeviceAttribute string version
        DeviceClassSpec extendedResourceName
        DeviceConstraint distinctAttribute matchAttribute
        ResourceSliceSpec nodeName
        """);

    /// <summary>Optional in the schema, but written even when empty or zero.</summary>
    private static readonly FrozenSet<string> AlwaysWritten = Split("""
        StatefulSetStatus availableReplicas
        StatefulSetOrdinals start
        Event reportingComponent reportingInstance
        FlowSchemaSpec matchingPrecedence
        QueuingConfiguration handSize queueLengthLimit queues
        """);

    /// <summary>Lists and times that are null when missing, beside the times of conditions.</summary>
    private static readonly FrozenSet<string> NullWhenMissing = Split("""
        ContainerStateRunning startedAt
        ContainerStateTerminated startedAt finishedAt
        Event eventTime firstTimestamp lastTimestamp deprecatedFirstTimestamp deprecatedLastTimestamp
        EventSeries lastObservedTime
        VolumeError time
        CustomResourceDefinitionStatus conditions storedVersions
        """);

    /// <summary>Written with a value of their own when they are missing.</summary>
    private static readonly FrozenDictionary<string, string> Fillers = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ResourceFieldSelector.divisor"] = "\"0\"",
        ["GRPCAction.service"] = "\"\"",
        ["ServicePort.targetPort"] = "0",
        ["HTTPGetAction.port"] = "0",
        ["TCPSocketAction.port"] = "0",
        ["FileKeySelector.optional"] = "false",
        ["AzureDiskVolumeSource.readOnly"] = "false",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> TimeTypes =
        new[] { "io.k8s.apimachinery.pkg.apis.meta.v1.Time", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How each field of a type writes itself.</summary>
    public static GoField[] FieldsOf(TypeSchema schema)
    {
        if (schema.Fields is null) return [];
        var owner = schema.Name[(schema.Name.LastIndexOf('.') + 1)..];
        return [.. schema.Fields.Select(f => Of(owner, f.Key, f.Value, schema.Required.Contains(f.Key)))];
    }

    /// <summary>Whether a scalar is empty, false or 0.</summary>
    public static bool IsZero(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>().Length == 0,
        JsonValueKind.False => true,
        JsonValueKind.Number => value.ToString() == "0",
        _ => false,
    };

    /// <summary>What Go's struct holds in a field that nobody set: null for pointers, lists and maps, else the zero value.</summary>
    public static JsonNode? Zero(string owner, string name, FieldSchema field)
    {
        if (field.List is not null || field.Map is not null) return null;
        if (field.Reference is not null) return Fillers.TryGetValue($"{owner}.{name}", out var filler) ? JsonNode.Parse(filler) : null;
        if (IsPointer(owner, name, field) && field.Default is null) return null;
        return field.Type switch { "string" => JsonValue.Create(""), "boolean" => JsonValue.Create(false), _ => JsonValue.Create(0) };
    }

    private static GoField Of(string owner, string name, FieldSchema field, bool required)
    {
        var always = required || AlwaysWritten.Contains($"{owner}.{name}");
        var isCollection = field.List is not null || field.Map is not null;
        var keepsZero = always || (!isCollection && (field.Reference is not null || IsPointer(owner, name, field)));
        return new GoField(name, field, keepsZero, Filler(owner, name, field, always), IsNullWhenMissing(owner, name, field, required));
    }

    /// <summary>What a field holds that the client left out, or null when it is left out.</summary>
    private static string? Filler(string owner, string name, FieldSchema field, bool always)
    {
        if (Fillers.TryGetValue($"{owner}.{name}", out var filler)) return filler;
        if (field.Default is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return "{}";
        return always || !IsZero(JsonNode.Parse(value.GetRawText())!) ? value.GetRawText() : null;
    }

    /// <summary>Whether a scalar's zero value is written because the field is a pointer.</summary>
    private static bool IsPointer(string owner, string name, FieldSchema field) =>
        field.Type == "string" ? PointerTexts.Contains($"{owner}.{name}") : !PlainNumbers.Contains($"{owner}.{name}");

    /// <summary>Whether Go writes null for the field when it holds nothing.</summary>
    private static bool IsNullWhenMissing(string owner, string name, FieldSchema field, bool required)
    {
        if (NullWhenMissing.Contains($"{owner}.{name}")) return true;
        if (field.Reference is { } reference && TimeTypes.Contains(reference)) return required || owner.EndsWith("Condition", StringComparison.Ordinal);
        return required && (field.List is not null || field.Map is not null || (field.Reference is not null && field.Default is null));
    }

    /// <summary>The schema of JSON schemas, for the types that hold one or something else.</summary>
    public static TypeSchema? SchemaProps(TypeSchema schema) => schema.Name.Contains(".JSONSchemaPropsOr", StringComparison.Ordinal)
        ? SchemaRegistry.Find(schema.Name[..schema.Name.LastIndexOf('.')] + ".JSONSchemaProps")
        : null;

    private static FrozenSet<string> Split(string table) => table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .SelectMany(words => words.Skip(1).Select(field => $"{words[0]}.{field}"))
        .ToFrozenSet(StringComparer.Ordinal);
}
