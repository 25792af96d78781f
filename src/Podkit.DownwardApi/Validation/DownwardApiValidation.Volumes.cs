using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.DownwardApi;

public static partial class DownwardApiValidation
{
    private const int HighestMode = 0x1FF; // 0777
    private const string BadMode = "must be a number between 0 and 0777 (octal), both inclusive";
    private const string DuplicatePath = "conflicting duplicate paths";
    private const long DefaultExpirationSeconds = 3600;

    private static readonly string[] VolumeFields =
        ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    /// <summary>Validates a <c>downwardAPI</c> volume. Two items may have the same path.</summary>
    /// <param name="source">The volume.</param>
    /// <param name="path">Its path, such as <c>spec.volumes[0].downwardAPI</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateDownwardApiVolume(DownwardAPIVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        ValidateMode(source.DefaultMode, path.Child("defaultMode"), errors);
        foreach (var file in source.Items ?? [])
            ValidateFile(file, path, errors);
    }

    /// <summary>Validates a <c>projected</c> volume. No two of its items may have the same path.</summary>
    /// <param name="source">The volume.</param>
    /// <param name="path">Its path, such as <c>spec.volumes[0].projected</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateProjectedVolume(ProjectedVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        ValidateMode(source.DefaultMode, path.Child("defaultMode"), errors);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (source.Sources?.Count ?? 0); i++)
            ValidateProjection(source.Sources![i], path, path.Child("sources").Index(i), paths, errors);
    }

    /// <summary>Validates a <c>configMap</c> volume.</summary>
    /// <param name="source">The volume.</param>
    /// <param name="path">Its path, such as <c>spec.volumes[0].configMap</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateConfigMapVolume(ConfigMapVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(source.Name))
            errors.Add(FieldError.Required(path.Child("name"), ""));
        ValidateMode(source.DefaultMode, path.Child("defaultMode"), errors);
        ValidateItems(source.Items, path.Child("items"), errors);
    }

    /// <summary>Validates a <c>secret</c> volume.</summary>
    /// <param name="source">The volume.</param>
    /// <param name="path">Its path, such as <c>spec.volumes[0].secret</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateSecretVolume(SecretVolumeSource source, FieldPath path, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(source.SecretName))
            errors.Add(FieldError.Required(path.Child("secretName"), ""));
        ValidateMode(source.DefaultMode, path.Child("defaultMode"), errors);
        ValidateItems(source.Items, path.Child("items"), errors);
    }

    private static void ValidateProjection(
        VolumeProjection source, FieldPath volume, FieldPath path, HashSet<string> paths, List<FieldError> errors)
    {
        if (source.Secret is { } secret)
            ValidateNamedSource(secret.Name, secret.Items, volume, path.Child("secret"), paths, errors);
        if (source.ConfigMap is { } configMap)
            ValidateNamedSource(configMap.Name, configMap.Items, volume, path.Child("configMap"), paths, errors);
        foreach (var file in source.DownwardAPI?.Items ?? [])
        {
            ValidateFile(file, path.Child("downwardAPI"), errors);
            if (file.Path.Length > 0 && !paths.Add(file.Path))
                errors.Add(FieldError.Invalid(volume, file.Path, DuplicatePath));
        }
        if (source.ServiceAccountToken is { } token)
            ValidateToken(token, volume, path.Child("serviceAccountToken"), errors);
        if (source.ClusterTrustBundle is { } bundle)
            ValidateTrustBundle(bundle, volume, path.Child("clusterTrustBundle"), paths, errors);
        if (CountSources(source) > 1)
            errors.Add(FieldError.Forbidden(path, "may not specify more than 1 volume type per source"));
    }

    private static int CountSources(VolumeProjection source) =>
        (source.Secret is null ? 0 : 1) + (source.ConfigMap is null ? 0 : 1) + (source.DownwardAPI is null ? 0 : 1)
        + (source.ServiceAccountToken is null ? 0 : 1) + (source.ClusterTrustBundle is null ? 0 : 1);

    private static void ValidateNamedSource(
        string? name, List<KeyToPath>? items, FieldPath volume, FieldPath path, HashSet<string> paths, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(name))
            errors.Add(FieldError.Required(path.Child("name"), ""));
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            ValidateItem(items![i], path.Child("items").Index(i), errors);
            if (items[i].Path.Length > 0 && !paths.Add(items[i].Path))
                errors.Add(FieldError.Invalid(volume, name ?? "", DuplicatePath));
        }
    }

    private static void ValidateToken(ServiceAccountTokenProjection token, FieldPath volume, FieldPath path, List<FieldError> errors)
    {
        var seconds = token.ExpirationSeconds ?? DefaultExpirationSeconds;
        if (seconds < 10 * 60)
            errors.Add(FieldError.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes"));
        if (seconds > 1L << 32)
            errors.Add(FieldError.Invalid(path.Child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds"));
        if (token.Path.Length == 0)
            errors.Add(FieldError.Required(volume.Child("path"), ""));
        else
            ValidatePath(token.Path, volume.Child("path"), errors);
    }

    private static void ValidateTrustBundle(
        ClusterTrustBundleProjection bundle, FieldPath volume, FieldPath path, HashSet<string> paths, List<FieldError> errors)
    {
        if (bundle.Name is null && bundle.SignerName is null)
            errors.Add(FieldError.Required(path, "either name or signerName must be specified"));
        else if (bundle.Name is not null && bundle.SignerName is not null)
            errors.Add(FieldError.Invalid(path, bundle.Name, "only one of name and signerName may be used"));
        else if (bundle.Name is "")
            errors.Add(FieldError.Required(path.Child("name"), "must be a valid object name"));
        else if (bundle.SignerName is "")
            errors.Add(FieldError.Required(path.Child("signerName"), "must be a valid signer name"));
        if (bundle.Path.Length == 0)
            errors.Add(FieldError.Required(path.Child("path"), ""));
        ValidatePath(bundle.Path, path.Child("path"), errors);
        if (!paths.Add(bundle.Path))
            errors.Add(FieldError.Invalid(volume, bundle.Path, DuplicatePath));
    }

    private static void ValidateFile(DownwardAPIVolumeFile file, FieldPath path, List<FieldError> errors)
    {
        if (file.Path.Length == 0)
            errors.Add(FieldError.Required(path.Child("path"), ""));
        ValidatePath(file.Path, path.Child("path"), errors);
        if (file.FieldRef is { } field)
        {
            ValidateField(field, VolumeFields, path.Child("fieldRef"), errors);
            if (file.ResourceFieldRef is not null)
                errors.Add(FieldError.Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
        }
        else if (file.ResourceFieldRef is { } resource)
        {
            ValidateResource(resource, true, path.Child("resourceFieldRef"), errors);
        }
        else
        {
            errors.Add(FieldError.Required(path, "one of fieldRef and resourceFieldRef is required"));
        }
        ValidateMode(file.Mode, path.Child("mode"), errors);
    }

    private static void ValidateItems(List<KeyToPath>? items, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
            ValidateItem(items![i], path.Index(i), errors);
    }

    private static void ValidateItem(KeyToPath item, FieldPath path, List<FieldError> errors)
    {
        if (item.Key.Length == 0)
            errors.Add(FieldError.Required(path.Child("key"), ""));
        if (item.Path.Length == 0)
            errors.Add(FieldError.Required(path.Child("path"), ""));
        ValidatePath(item.Path, path.Child("path"), errors);
        ValidateMode(item.Mode, path.Child("mode"), errors);
    }

    private static void ValidateMode(int? mode, FieldPath path, List<FieldError> errors)
    {
        if (mode is < 0 or > HighestMode)
            errors.Add(FieldError.Invalid(path, mode.Value, BadMode));
    }

    private static void ValidatePath(string value, FieldPath path, List<FieldError> errors)
    {
        if (value.StartsWith('/'))
            errors.Add(FieldError.Invalid(path, value, "must be a relative path"));
        if (value.Split('/').Contains(".."))
            errors.Add(FieldError.Invalid(path, value, "must not contain '..'"));
        // "../x" has been refused already.
        if (value.StartsWith("..", StringComparison.Ordinal) && !value.StartsWith("../", StringComparison.Ordinal))
            errors.Add(FieldError.Invalid(path, value, "must not start with '..'"));
    }
}
