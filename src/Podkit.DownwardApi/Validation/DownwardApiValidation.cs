using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.DownwardApi;

/// <summary>
/// Validates the parts of a pod that the Downward API is made of, with the errors of Kubernetes 1.34 in its order: environment
/// variables, and the volumes that a node writes. Fields that an API server defaults may be unset.
/// </summary>
public static partial class DownwardApiValidation
{
    private const string SourceRequired =
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";

    private const string OneSource = "may not have more than one field specified at a time";

    private static readonly string[] VariableFields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    /// <summary>Validates <c>env</c>.</summary>
    /// <remarks>
    /// <c>fileKeyRef</c> counts as no source: the feature gate EnvFiles is off in Kubernetes 1.34, whose API server drops the field.
    /// </remarks>
    /// <param name="env">The variables.</param>
    /// <param name="path">Their path, such as <c>spec.containers[0].env</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateEnv(IReadOnlyList<EnvVar>? env, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (env?.Count ?? 0); i++)
        {
            var variable = env![i];
            if (variable.Name.Length == 0)
                errors.Add(FieldError.Required(path.Index(i).Child("name"), ""));
            else
                AddInvalid(Names.IsRelaxedEnvVarName(variable.Name), path.Index(i).Child("name"), variable.Name, errors);
            if (variable.ValueFrom is { } source)
                ValidateSource(source, !string.IsNullOrEmpty(variable.Value), path.Index(i).Child("valueFrom"), errors);
        }
    }

    /// <summary>Validates <c>envFrom</c>.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="path">Their path, such as <c>spec.containers[0].envFrom</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateEnvFrom(IReadOnlyList<EnvFromSource>? sources, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (sources?.Count ?? 0); i++)
        {
            var source = sources![i];
            if (!string.IsNullOrEmpty(source.Prefix))
                AddInvalid(Names.IsRelaxedEnvVarName(source.Prefix), path.Index(i).Child("prefix"), source.Prefix, errors);
            if (source.ConfigMapRef is { } configMap)
                ValidateSourceName(configMap.Name, path.Index(i).Child("configMapRef").Child("name"), errors);
            if (source.SecretRef is { } secret)
                ValidateSourceName(secret.Name, path.Index(i).Child("secretRef").Child("name"), errors);
            if (source.ConfigMapRef is null && source.SecretRef is null)
                errors.Add(FieldError.Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
            else if (source.ConfigMapRef is not null && source.SecretRef is not null)
                errors.Add(FieldError.Invalid(path, "", OneSource));
        }
    }

    private static void ValidateSource(EnvVarSource source, bool hasValue, FieldPath path, List<FieldError> errors)
    {
        var count = 0;
        if (source.FieldRef is { } field)
        {
            count++;
            ValidateField(field, VariableFields, path.Child("fieldRef"), errors);
        }
        if (source.ResourceFieldRef is { } resource)
        {
            count++;
            ValidateResource(resource, false, path.Child("resourceFieldRef"), errors);
        }
        if (source.ConfigMapKeyRef is { } configMap)
        {
            count++;
            ValidateKey(configMap.Name, configMap.Key, path.Child("configMapKeyRef"), errors);
        }
        if (source.SecretKeyRef is { } secret)
        {
            count++;
            ValidateKey(secret.Name, secret.Key, path.Child("secretKeyRef"), errors);
        }
        if (count == 0)
            errors.Add(FieldError.Invalid(path, "", SourceRequired));
        else if (hasValue)
            errors.Add(FieldError.Invalid(path, "", "may not be specified when `value` is not empty"));
        else if (count > 1)
            errors.Add(FieldError.Invalid(path, "", OneSource));
    }

    private static void ValidateField(ObjectFieldSelector selector, string[] supported, FieldPath path, List<FieldError> errors)
    {
        if (selector.FieldPath.Length == 0)
        {
            errors.Add(FieldError.Required(path.Child("fieldPath"), ""));
            return;
        }
        var apiVersion = string.IsNullOrEmpty(selector.ApiVersion) ? "v1" : selector.ApiVersion;
        if (!FieldPaths.TryConvert(apiVersion, selector.FieldPath, out var label, out var error))
        {
            errors.Add(FieldError.Invalid(path.Child("fieldPath"), selector.FieldPath, "error converting fieldPath: " + error));
        }
        else if (FieldPaths.TrySplitSubscript(label, out var map, out var key))
        {
            key = map == FieldPaths.Annotations ? key.ToLowerInvariant() : key;
            AddInvalid(Names.IsQualifiedName(key), path, key, errors);
        }
        else if (Array.IndexOf(supported, label) < 0)
        {
            errors.Add(FieldError.NotSupported(path.Child("fieldPath"), label, supported));
        }
    }

    private static void ValidateKey(string? name, string key, FieldPath path, List<FieldError> errors)
    {
        AddInvalid(Names.IsDns1123Subdomain(name ?? ""), path.Child("name"), name ?? "", errors);
        if (key.Length == 0)
            errors.Add(FieldError.Required(path.Child("key"), ""));
        else
            AddInvalid(Names.IsConfigMapKey(key), path.Child("key"), key, errors);
    }

    /// <summary>Validates the name of an <c>envFrom</c> source, which, as if it were a prefix, may end in a dash.</summary>
    private static void ValidateSourceName(string? name, FieldPath path, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(name))
            errors.Add(FieldError.Required(path, ""));
        else
            AddInvalid(Names.IsDns1123Subdomain(name.Length > 1 && name[^1] == '-' ? name[..^2] + "a" : name), path, name, errors);
    }

    private static void AddInvalid(IReadOnlyList<string> problems, FieldPath path, string value, List<FieldError> errors)
    {
        foreach (var problem in problems)
            errors.Add(FieldError.Invalid(path, value, problem));
    }
}
