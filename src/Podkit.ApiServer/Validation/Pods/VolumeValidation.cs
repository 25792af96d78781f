using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of a pod's volumes: a name of its own and exactly one source.</summary>
internal static class VolumeValidation
{
    private static readonly string[] HostPathTypes =
        ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

    /// <summary>Checks volumes and gives the names of those that are right: only they can be mounted.</summary>
    public static IReadOnlySet<string> Validate(List<Volume>? volumes, FieldPath path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var right = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (volumes?.Count ?? 0); i++)
        {
            var (volume, place) = (volumes![i], path.Index(i));
            var before = errors.Count;
            ValidateSource(volume, place, errors);
            if (volume.Name.Length == 0) errors.Add(FieldError.Required(place.Child("name"), ""));
            else FieldChecks.DnsLabel(volume.Name, place.Child("name"), errors);
            if (names.Contains(volume.Name)) errors.Add(FieldError.Duplicate(place.Child("name"), volume.Name));
            if (errors.Count != before) continue;
            names.Add(volume.Name);
            right.Add(volume.Name);
        }

        return right;
    }

    /// <summary>A path below another: relative, without <c>..</c>.</summary>
    public static void DescendingPath(string value, FieldPath path, List<FieldError> errors)
    {
        if (value.StartsWith('/')) errors.Add(FieldError.Invalid(path, value, "must be a relative path"));
        NoBacksteps(value, path, errors);
    }

    public static void NoBacksteps(string value, FieldPath path, List<FieldError> errors)
    {
        if (value.Split('/').Contains("..")) errors.Add(FieldError.Invalid(path, value, "must not contain '..'"));
    }

    private static void ValidateSource(Volume volume, FieldPath path, List<FieldError> errors)
    {
        var count = 0;
        foreach (var (name, source, validate) in Sources(volume, path, errors))
        {
            if (source is null) continue;
            if (count++ == 0) validate?.Invoke(path.Child(name));
            else errors.Add(FieldError.Forbidden(path.Child(name), "may not specify more than 1 volume type"));
        }

        if (count == 0) errors.Add(FieldError.Required(path, "must specify a volume type"));
    }

    /// <summary>Every kind of source, in the order in which Kubernetes looks at them, with its own rules.</summary>
    private static IEnumerable<(string Name, object? Source, Action<FieldPath>? Validate)> Sources(Volume v, FieldPath path, List<FieldError> errors)
    {
        Action<FieldPath> Required(params (string Field, string? Value)[] fields) => place => RequireAll(place, errors, fields);
        yield return ("emptyDir", v.EmptyDir, place => ValidateEmptyDir(v.EmptyDir!, place, errors));
        yield return ("hostPath", v.HostPath, place => ValidateHostPath(v.HostPath!, place, errors));
        yield return ("gitRepo", v.GitRepo, Required(("repository", v.GitRepo?.Repository)));
        yield return ("gcePersistentDisk", v.GcePersistentDisk, Required(("pdName", v.GcePersistentDisk?.PdName)));
        yield return ("awsElasticBlockStore", v.AwsElasticBlockStore, Required(("volumeID", v.AwsElasticBlockStore?.VolumeID)));
        yield return ("secret", v.Secret, place => DownwardApiValidation.ValidateSecretVolume(v.Secret!, place, errors));
        yield return ("nfs", v.Nfs, place => ValidateNfs(v.Nfs!, place, errors));
        yield return ("iscsi", v.Iscsi, Required(("targetPortal", v.Iscsi?.TargetPortal), ("iqn", v.Iscsi?.Iqn)));
        yield return ("glusterfs", v.Glusterfs, Required(("endpoints", v.Glusterfs?.Endpoints), ("path", v.Glusterfs?.Path)));
        yield return ("flocker", v.Flocker, null);
        yield return ("persistentVolumeClaim", v.PersistentVolumeClaim, Required(("claimName", v.PersistentVolumeClaim?.ClaimName)));
        yield return ("rbd", v.Rbd, place => ValidateRbd(v.Rbd!, place, errors));
        yield return ("cinder", v.Cinder, Required(("volumeID", v.Cinder?.VolumeID)));
        yield return ("cephfs", v.Cephfs, place => RequireList(v.Cephfs!.Monitors, place.Child("monitors"), errors));
        yield return ("quobyte", v.Quobyte, Required(("registry", v.Quobyte?.Registry), ("volume", v.Quobyte?.Volume)));
        yield return ("downwardAPI", v.DownwardAPI, place => DownwardApiValidation.ValidateDownwardApiVolume(v.DownwardAPI!, place, errors));
        yield return ("fc", v.Fc, null);
        yield return ("flexVolume", v.FlexVolume, Required(("driver", v.FlexVolume?.Driver)));
        yield return ("configMap", v.ConfigMap, place => DownwardApiValidation.ValidateConfigMapVolume(v.ConfigMap!, place, errors));
        yield return ("azureFile", v.AzureFile, Required(("secretName", v.AzureFile?.SecretName), ("shareName", v.AzureFile?.ShareName)));
        yield return ("vsphereVolume", v.VsphereVolume, Required(("volumePath", v.VsphereVolume?.VolumePath)));
        yield return ("photonPersistentDisk", v.PhotonPersistentDisk, Required(("pdID", v.PhotonPersistentDisk?.PdID)));
        yield return ("portworxVolume", v.PortworxVolume, Required(("volumeID", v.PortworxVolume?.VolumeID)));
        yield return ("azureDisk", v.AzureDisk, Required(("diskName", v.AzureDisk?.DiskName), ("diskURI", v.AzureDisk?.DiskURI)));
        yield return ("storageos", v.Storageos, null);
        yield return ("projected", v.Projected, place => DownwardApiValidation.ValidateProjectedVolume(v.Projected!, place, errors));
        yield return ("scaleIO", v.ScaleIO, Required(("gateway", v.ScaleIO?.Gateway), ("system", v.ScaleIO?.System), ("volumeName", v.ScaleIO?.VolumeName)));
        yield return ("csi", v.Csi, Required(("driver", v.Csi?.Driver)));
        yield return ("ephemeral", v.Ephemeral, place => ValidateEphemeral(v.Ephemeral!, place, errors));
        yield return ("image", v.Image, place => ValidateImage(v.Image!, place, errors));
    }

    private static void RequireAll(FieldPath path, List<FieldError> errors, (string Field, string? Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            if (string.IsNullOrEmpty(value)) errors.Add(FieldError.Required(path.Child(field), ""));
        }
    }

    private static void RequireList(List<string> values, FieldPath path, List<FieldError> errors)
    {
        if (values.Count == 0) errors.Add(FieldError.Required(path, ""));
    }

    private static void ValidateEmptyDir(EmptyDirVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        if (source.SizeLimit is { Sign: < 0 }) errors.Add(FieldError.Forbidden(path.Child("sizeLimit"), "SizeLimit field must be a valid resource quantity"));
    }

    private static void ValidateHostPath(HostPathVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        if (source.Path.Length == 0)
        {
            errors.Add(FieldError.Required(path.Child("path"), ""));
            return;
        }

        NoBacksteps(source.Path, path.Child("path"), errors);
        if (source.Type is { } type && !HostPathTypes.Contains(type)) errors.Add(FieldError.NotSupportedInOrder(path.Child("type"), type, HostPathTypes));
    }

    private static void ValidateNfs(NFSVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        RequireAll(path, errors, [("server", source.Server), ("path", source.Path)]);
        if (!source.Path.StartsWith('/')) errors.Add(FieldError.Invalid(path.Child("path"), source.Path, "must be an absolute path"));
    }

    private static void ValidateRbd(RBDVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        RequireList(source.Monitors, path.Child("monitors"), errors);
        RequireAll(path, errors, [("image", source.Image)]);
    }

    private static void ValidateEphemeral(EphemeralVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        var place = path.Child("volumeClaimTemplate");
        if (source.VolumeClaimTemplate is not { } template)
        {
            errors.Add(FieldError.Required(place, ""));
            return;
        }

        if (template.Spec.AccessModes is not { Count: > 0 }) errors.Add(FieldError.Required(place.Child("spec").Child("accessModes"), "at least 1 access mode is required"));
        if (template.Spec.Resources.Requests is not { } requests || !requests.ContainsKey("storage"))
            errors.Add(FieldError.Required(place.Child("spec").Child("resources").Key("storage"), ""));
    }

    private static void ValidateImage(ImageVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        RequireAll(path, errors, [("reference", source.Reference)]);
        FieldChecks.OneOf(source.PullPolicy, path.Child("pullPolicy"), errors, optional: true, "Always", "IfNotPresent", "Never");
    }
}
