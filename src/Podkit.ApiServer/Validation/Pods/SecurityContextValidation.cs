using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of the security contexts of pods and containers.</summary>
internal static class SecurityContextValidation
{
    private static readonly string[] SeccompTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

    /// <summary>Checks the context of a pod and what shares the host's namespaces.</summary>
    public static void ValidatePod(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        if (spec.HostPID == true && spec.ShareProcessNamespace == true)
            errors.Add(FieldError.Invalid(path.Child("shareProcessNamespace"), true, "ShareProcessNamespace and HostPID cannot both be enabled"));
        if (spec.HostUsers == false)
        {
            if (spec.HostNetwork == true) errors.Add(FieldError.Forbidden(path.Child("hostNetwork"), "when `pod.Spec.HostUsers` is false"));
            if (spec.HostPID == true) errors.Add(FieldError.Forbidden(path.Child("HostPID"), "when `pod.Spec.HostUsers` is false"));
            if (spec.HostIPC == true) errors.Add(FieldError.Forbidden(path.Child("HostIPC"), "when `pod.Spec.HostUsers` is false"));
        }

        if (spec.SecurityContext is not { } context) return;
        var place = path.Child("securityContext");
        ValidateId(context.FsGroup, place.Child("fsGroup"), errors);
        ValidateId(context.RunAsUser, place.Child("runAsUser"), errors);
        ValidateId(context.RunAsGroup, place.Child("runAsGroup"), errors);
        for (var i = 0; i < (context.SupplementalGroups?.Count ?? 0); i++) ValidateId(context.SupplementalGroups![i], place.Child("supplementalGroups").Index(i), errors);
        FieldChecks.OneOf(context.FsGroupChangePolicy, place.Child("fsGroupChangePolicy"), errors, optional: true, "Always", "OnRootMismatch");
        FieldChecks.OneOf(context.SupplementalGroupsPolicy, place.Child("supplementalGroupsPolicy"), errors, optional: true, "Merge", "Strict");
        ValidateSeccomp(context.SeccompProfile, place.Child("seccompProfile"), errors);
        ValidateSysctls(context.Sysctls, place.Child("sysctls"), errors);
    }

    /// <summary>Checks the context of a container.</summary>
    public static void Validate(SecurityContext context, FieldPath path, List<FieldError> errors)
    {
        ValidateId(context.RunAsUser, path.Child("runAsUser"), errors);
        ValidateId(context.RunAsGroup, path.Child("runAsGroup"), errors);
        FieldChecks.OneOf(context.ProcMount, path.Child("procMount"), errors, optional: true, "Default", "Unmasked");
        ValidateSeccomp(context.SeccompProfile, path.Child("seccompProfile"), errors);
        if (context.AllowPrivilegeEscalation != false) return;
        var shown = System.Text.Json.JsonSerializer.SerializeToNode(context, Model.KubernetesJson.Default.CoreV1SecurityContext);
        if (context.Privileged == true)
            errors.Add(FieldError.Invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
        if (context.Capabilities?.Add?.Contains("CAP_SYS_ADMIN") == true)
            errors.Add(FieldError.Invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
    }

    private static void ValidateId(long? id, FieldPath path, List<FieldError> errors)
    {
        if (id is { } value) FieldChecks.Range(value, 0, int.MaxValue, path, errors);
    }

    private static void ValidateSeccomp(SeccompProfile? profile, FieldPath path, List<FieldError> errors)
    {
        if (profile is null) return;
        if (profile.Type.Length == 0) errors.Add(FieldError.Required(path.Child("type"), "type is required when seccompProfile is set"));
        else FieldChecks.OneOf(profile.Type, path.Child("type"), errors, optional: false, SeccompTypes);
        if (profile.Type == "Localhost")
        {
            if (string.IsNullOrEmpty(profile.LocalhostProfile)) errors.Add(FieldError.Required(path.Child("localhostProfile"), "must be set when seccomp type is Localhost"));
            else VolumeValidation.DescendingPath(profile.LocalhostProfile, path.Child("localhostProfile"), errors);
        }
        else if (profile.LocalhostProfile is { } local)
        {
            errors.Add(FieldError.Invalid(path.Child("localhostProfile"), local, "can only be set when seccomp type is Localhost"));
        }
    }

    private static void ValidateSysctls(List<Sysctl>? sysctls, FieldPath path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (sysctls?.Count ?? 0); i++)
        {
            if (sysctls![i].Name.Length == 0) errors.Add(FieldError.Required(path.Index(i).Child("name"), ""));
            else if (!names.Add(sysctls[i].Name)) errors.Add(FieldError.Duplicate(path.Index(i).Child("name"), sysctls[i].Name));
        }
    }
}
