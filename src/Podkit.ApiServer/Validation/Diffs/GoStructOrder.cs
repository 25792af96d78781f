using System.Collections.Concurrent;
using Podkit.ApiServer.Protobuf;

namespace Podkit.ApiServer.Validation;

/// <summary>The order in which Go's structs hold the fields of a type: that of the facts on protobuf, but for the types that Kubernetes lays out otherwise inside.</summary>
internal static class GoStructOrder
{
    private const string Core = "io.k8s.api.core.v1.";
    private static readonly ConcurrentDictionary<string, string[]> Orders = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Internal = new(StringComparer.Ordinal)
    {
        [Core + "PodSpec"] =
            "volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector "
            + "serviceAccountName automountServiceAccountToken nodeName securityContext imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName "
            + "tolerations hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead enableServiceLinks "
            + "topologySpreadConstraints os schedulingGates resourceClaims resources hostnameOverride",
        [Core + "PodSecurityContext"] =
            "hostNetwork hostPID hostIPC shareProcessNamespace hostUsers seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups "
            + "supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile appArmorProfile seLinuxChangePolicy",
        [Core + "Volume"] =
            "name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd quobyte flexVolume cinder "
            + "cephfs flocker downwardAPI fc azureFile configMap vsphereVolume azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image",
    };

    /// <summary>The JSON names of a type's fields in Go's order; null when the facts do not know the type.</summary>
    public static IReadOnlyList<string>? Of(string type)
    {
        if (Orders.TryGetValue(type, out var known)) return known;
        if (Internal.TryGetValue(type, out var names)) return Orders.GetOrAdd(type, names.Split(' '));
        return ProtobufSchema.Find(type) is { } message ? Orders.GetOrAdd(type, [.. Fields(message)]) : null;
    }

    /// <summary>A type's fields; those of an inlined message stand where it stands.</summary>
    private static IEnumerable<string> Fields(ProtobufMessage message) =>
        message.Fields.SelectMany(x => x.IsInline && ProtobufSchema.Find(x.Type) is { } inner ? Fields(inner) : [x.Name]);
}
