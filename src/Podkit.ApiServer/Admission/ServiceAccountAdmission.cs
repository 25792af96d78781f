using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Admission;

/// <summary>Gives a new pod its service account: the name, the mount of its token and its pull secrets.</summary>
internal static class ServiceAccountAdmission
{
    private const string VolumePrefix = "kube-api-access-";
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const int TokenSeconds = 3607;
    private static readonly ResourceKind Accounts = ResourceTable.Get("", "v1", "serviceaccounts");

    /// <summary>Admits a pod that is being created.</summary>
    /// <param name="pod">The pod, defaults filled in.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="objects">Where service accounts are found.</param>
    /// <exception cref="ApiException">There is no such service account.</exception>
    public static void Admit(JsonObject pod, string ns, string name, IObjectReader objects)
    {
        if (pod.Object("metadata").Texts("annotations").ContainsKey(MirrorAnnotation)) return;
        var spec = NameAccount(pod);
        var account = spec.Text("serviceAccountName");
        if (objects.Find(Accounts, ns, account)?.ToJson() is not { } stored)
            throw ApiException.Forbidden("", "pods", name, $"error looking up service account {ns}/{account}: serviceaccount \"{account}\" not found");
        if (spec.Flag("automountServiceAccountToken", stored.Flag("automountServiceAccountToken", missing: true))) MountToken(spec, RandomNames.After(VolumePrefix));
        if (!spec.Objects("imagePullSecrets").Any() && stored["imagePullSecrets"] is JsonArray { Count: > 0 } secrets) spec["imagePullSecrets"] = secrets.DeepClone();
    }

    /// <summary>Names a pod's account and mounts its token, for an account that is known by that alone.</summary>
    /// <param name="pod">The pod, defaults filled in.</param>
    /// <param name="mountByDefault">Whether the account lets its token be mounted, where the pod itself does not say.</param>
    /// <param name="volumeName">The name of the volume.</param>
    public static void Mount(JsonObject pod, bool mountByDefault, string volumeName)
    {
        var spec = NameAccount(pod);
        if (spec.Flag("automountServiceAccountToken", missing: mountByDefault)) MountToken(spec, volumeName);
    }

    private static JsonObject NameAccount(JsonObject pod)
    {
        var spec = pod.EnsureObject("spec");
        PodDefaults.AliasServiceAccount(spec);
        spec.DefaultText("serviceAccountName", "default");
        PodDefaults.AliasServiceAccount(spec);
        return spec;
    }

    private static void MountToken(JsonObject spec, string name)
    {
        var existing = spec.Objects("volumes").Select(v => v.Text("name")).FirstOrDefault(v => v.StartsWith(VolumePrefix, StringComparison.Ordinal));
        var volume = existing ?? name;
        var needed = false;
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")))
        {
            if (container.Objects("volumeMounts").Any(m => m.Text("mountPath") == MountPath)) continue;
            container.EnsureList("volumeMounts").Append(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
            needed = true;
        }

        if (needed && existing is null) spec.EnsureList("volumes").Append(TokenVolume(volume));
    }

    /// <summary>The bound token, the cluster's certificate authority and the pod's namespace, one file each.</summary>
    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };
}
