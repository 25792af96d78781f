using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of what a container mounts.</summary>
internal static class VolumeMountValidation
{
    /// <summary>Checks mounts and devices.</summary>
    /// <param name="container">The container.</param>
    /// <param name="volumes">The names of the pod's volumes that are right.</param>
    /// <param name="path">The container's path.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void Validate(Container container, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        ValidateMounts(container, volumes, path.Child("volumeMounts"), errors);
        ValidateDevices(container, volumes, path.Child("volumeDevices"), errors);
    }

    private static void ValidateMounts(Container container, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (container.VolumeMounts?.Count ?? 0); i++)
        {
            var (mount, place) = (container.VolumeMounts![i], path.Index(i));
            if (mount.Name.Length == 0) errors.Add(FieldError.Required(place.Child("name"), ""));
            if (!volumes.Contains(mount.Name)) errors.Add(FieldError.NotFound(place.Child("name"), mount.Name));
            if (mount.MountPath.Length == 0) errors.Add(FieldError.Required(place.Child("mountPath"), ""));
            if (!taken.Add(mount.MountPath)) errors.Add(FieldError.Invalid(place.Child("mountPath"), mount.MountPath, "must be unique"));
            ValidateBesideDevices(mount, container.VolumeDevices ?? [], place, errors);
            ValidateSubPaths(mount, place, path, errors);
            ValidateModes(mount, container, place, errors);
        }
    }

    private static void ValidateBesideDevices(VolumeMount mount, List<VolumeDevice> devices, FieldPath path, List<FieldError> errors)
    {
        if (devices.Any(d => d.Name == mount.Name)) errors.Add(FieldError.Invalid(path.Child("name"), mount.Name, "must not already exist in volumeDevices"));
        if (devices.Any(d => d.DevicePath == mount.MountPath))
            errors.Add(FieldError.Invalid(path.Child("mountPath"), mount.MountPath, "must not already exist as a path in volumeDevices"));
    }

    private static void ValidateSubPaths(VolumeMount mount, FieldPath path, FieldPath list, List<FieldError> errors)
    {
        if (mount.SubPath is { Length: > 0 } subPath) VolumeValidation.DescendingPath(subPath, list.Child("subPath"), errors);
        if (mount.SubPathExpr is not { Length: > 0 } expression) return;
        if (!string.IsNullOrEmpty(mount.SubPath)) errors.Add(FieldError.Invalid(path.Child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive"));
        VolumeValidation.DescendingPath(expression, list.Child("subPathExpr"), errors);
    }

    private static void ValidateModes(VolumeMount mount, Container container, FieldPath path, List<FieldError> errors)
    {
        if (mount.MountPropagation is { } propagation)
        {
            FieldChecks.OneOf(propagation, path.Child("mountPropagation"), errors, optional: true, "Bidirectional", "HostToContainer", "None");
            if (propagation == "Bidirectional" && container.SecurityContext?.Privileged != true)
                errors.Add(FieldError.Forbidden(path.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers"));
        }

        if (mount.RecursiveReadOnly is not { } recursive || recursive == "Disabled") return;
        if (recursive is not ("Enabled" or "IfPossible")) errors.Add(FieldError.NotSupportedInOrder(path.Child("recursiveReadOnly"), recursive, ["Disabled", "IfPossible", "Enabled"]));
        else if (mount.ReadOnly != true) errors.Add(FieldError.Forbidden(path.Child("recursiveReadOnly"), "may only be specified when readOnly is true"));
    }

    private static void ValidateDevices(Container container, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (container.VolumeDevices?.Count ?? 0); i++)
        {
            var (device, place) = (container.VolumeDevices![i], path.Index(i));
            if (device.Name.Length == 0) errors.Add(FieldError.Required(place.Child("name"), ""));
            if (!names.Add(device.Name)) errors.Add(FieldError.Invalid(place.Child("name"), device.Name, "must be unique"));
            if (!volumes.Contains(device.Name)) errors.Add(FieldError.NotFound(place.Child("name"), device.Name));
            if (device.DevicePath.Length == 0) errors.Add(FieldError.Required(place.Child("devicePath"), ""));
            if (!places.Add(device.DevicePath)) errors.Add(FieldError.Invalid(place.Child("devicePath"), device.DevicePath, "must be unique"));
            else if (device.DevicePath.Length > 0) VolumeValidation.NoBacksteps(device.DevicePath, place.Child("devicePath"), errors);
        }
    }
}
