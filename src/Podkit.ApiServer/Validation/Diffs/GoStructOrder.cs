using System.Collections.Frozen;
using System.Text.Json;

namespace Podkit.ApiServer.Validation;

/// <summary>The order in which Go's structs hold the fields of a type: that of the facts on protobuf, but for the types that Kubernetes lays out otherwise inside.</summary>
internal static class GoStructOrder
{
    private const string Core = "io.k8s.api.core.v1.";
    private static readonly Lazy<FrozenDictionary<string, string[]>> Orders = new(Load);

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
    public static IReadOnlyList<string>? Of(string type) => Orders.Value.GetValueOrDefault(type);

    private static FrozenDictionary<string, string[]> Load()
    {
        using var stream = typeof(GoStructOrder).Assembly.GetManifestResourceStream("protobuf.json")!;
        using var document = JsonDocument.Parse(stream);
        var result = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var type in document.RootElement.EnumerateObject()) result[type.Name] = [.. Fields(document.RootElement, type.Value)];
        foreach (var (type, fields) in Internal) result[type] = fields.Split(' ');
        return result.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A type's fields; those of an inlined message stand where it stands.</summary>
    private static IEnumerable<string> Fields(JsonElement all, JsonElement type)
    {
        foreach (var field in type.EnumerateArray())
        {
            var inline = field.TryGetProperty("inline", out var flag) && flag.GetBoolean();
            if (inline && all.TryGetProperty(field.GetProperty("type").GetString()!, out var inner))
            {
                foreach (var name in Fields(all, inner)) yield return name;
            }
            else
            {
                yield return field.GetProperty("name").GetString()!;
            }
        }
    }
}
