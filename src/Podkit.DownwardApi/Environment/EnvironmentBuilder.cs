using System.Text;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>Gathers the variables of one container in the order of a kubelet.</summary>
internal sealed class EnvironmentBuilder
{
    private readonly Pod pod;
    private readonly Container container;
    private readonly DownwardApiContext context;
    private readonly string podNamespace;
    private readonly IReadOnlyDictionary<string, string> serviceVariables;
    private readonly SortedDictionary<string, string> variables = new(ByteOrder.Instance);
    private readonly List<DownwardApiError> errors = [];
    private readonly Dictionary<string, ConfigMap?> configMaps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Secret?> secrets = new(StringComparer.Ordinal);

    public EnvironmentBuilder(Pod pod, Container container, DownwardApiContext context)
    {
        this.pod = pod;
        this.container = container;
        this.context = context;
        podNamespace = pod.Metadata.Namespace ?? "";
        serviceVariables = ServiceEnvironment.ForPod(podNamespace, pod.Spec.EnableServiceLinks, context.Services);
    }

    public void AddEnvFrom()
    {
        foreach (var source in container.EnvFrom ?? [])
        {
            if (source.ConfigMapRef is { } configMap)
                AddConfigMap(configMap, source.Prefix);
            else if (source.SecretRef is { } secret)
                AddSecret(secret, source.Prefix);
        }
    }

    public void AddEnv()
    {
        foreach (var variable in container.Env ?? [])
        {
            if (!string.IsNullOrEmpty(variable.Value))
                variables[variable.Name] = Expansion.Expand(variable.Value, ValueOf);
            else if (variable.ValueFrom is null)
                variables[variable.Name] = "";
            else if (Resolve(variable.ValueFrom) is { } value)
                variables[variable.Name] = value;
        }
    }

    public ContainerEnvironment Build()
    {
        foreach (var (name, value) in serviceVariables)
            variables.TryAdd(name, value);
        foreach (var (name, value) in variables)
        {
            if (value.Contains('\0', StringComparison.Ordinal))
                Fail($"environment variable {GoQuoting.Quote(name)} can't contain null(\\x00)");
        }
        return new ContainerEnvironment(
            variables,
            PodEnvironment.ExpandAll(container.Command, variables),
            PodEnvironment.ExpandAll(container.Args, variables),
            errors);
    }

    private string? ValueOf(string name) =>
        variables.TryGetValue(name, out var value) || serviceVariables.TryGetValue(name, out value) ? value : null;

    private void AddConfigMap(ConfigMapEnvSource source, string? prefix)
    {
        var found = FindConfigMap(source.Name ?? "", source.Optional == true);
        foreach (var (key, value) in found?.Data ?? [])
            variables[prefix + key] = value;
    }

    private void AddSecret(SecretEnvSource source, string? prefix)
    {
        var found = FindSecret(source.Name ?? "", source.Optional == true);
        foreach (var (key, value) in found?.Data ?? [])
            variables[prefix + key] = Encoding.UTF8.GetString(value);
    }

    /// <summary>The value of a source; null when the variable is not to be set.</summary>
    private string? Resolve(EnvVarSource source)
    {
        if (source.FieldRef is { } field)
            return ResolveField(field);
        if (source.ResourceFieldRef is { } resource)
            return ResourceFields.TryGetVariable(resource, pod, container, context.NodeAllocatable, out var amount, out var error) ? amount : Fail(error);
        if (source.ConfigMapKeyRef is { } configMap)
            return ResolveConfigMapKey(configMap);
        if (source.SecretKeyRef is { } secret)
            return ResolveSecretKey(secret);
        return source.FileKeyRef is { } file ? ResolveFileKey(file) : "";
    }

    private string? ResolveField(ObjectFieldSelector field)
    {
        var apiVersion = string.IsNullOrEmpty(field.ApiVersion) ? "v1" : field.ApiVersion;
        if (!FieldPaths.TryConvert(apiVersion, field.FieldPath, out var label, out var error))
            return Fail(error);
        switch (label)
        {
            case "spec.nodeName":
                return pod.Spec.NodeName ?? "";
            case "spec.serviceAccountName":
                return pod.Spec.ServiceAccountName ?? "";
            case "status.hostIP":
                return HostIPs() is [var host, ..] ? host : "";
            case "status.hostIPs":
                return string.Join(',', HostIPs());
            case "status.podIP":
                return PodIPs() is [var own, ..] ? own : "";
            case "status.podIPs":
                return string.Join(',', PodIPs());
            default:
                var annotations = context.Annotations ?? pod.Metadata.Annotations;
                return FieldPaths.TryExtract(pod, annotations, label, out var value, out error) ? value : Fail(error);
        }
    }

    private IReadOnlyList<string> HostIPs() => PodAddresses.OfHost(pod, context.HostIPs);

    private IReadOnlyList<string> PodIPs() => PodAddresses.OfPod(pod, context.PodIPs, HostIPs());

    private string? ResolveConfigMapKey(ConfigMapKeySelector reference)
    {
        var isOptional = reference.Optional == true;
        if (FindConfigMap(reference.Name ?? "", isOptional) is not { } found)
            return null;
        if (found.Data is not null && found.Data.TryGetValue(reference.Key, out var value))
            return value;
        return isOptional ? null : Fail($"couldn't find key {reference.Key} in ConfigMap {podNamespace}/{reference.Name}");
    }

    private string? ResolveSecretKey(SecretKeySelector reference)
    {
        var isOptional = reference.Optional == true;
        if (FindSecret(reference.Name ?? "", isOptional) is not { } found)
            return null;
        if (found.Data is not null && found.Data.TryGetValue(reference.Key, out var value))
            return Encoding.UTF8.GetString(value);
        return isOptional ? null : Fail($"couldn't find key {reference.Key} in Secret {podNamespace}/{reference.Name}");
    }

    private string? ResolveFileKey(FileKeySelector reference)
    {
        var isOptional = reference.Optional == true;
        if (pod.Spec.Volumes?.Exists(v => v.Name == reference.VolumeName) != true)
            return Fail($"cannot find the volume {GoQuoting.Quote(reference.VolumeName)} referenced by FileKeyRef");
        var text = context.VolumeFile(reference.VolumeName, reference.Path);
        if (text is null && isOptional)
            return null;
        if (text is null || !EnvFile.TryFind(text, reference.Key, out var value))
            return Fail("couldn't parse env file");
        if (value.Length > 0)
            return value;
        return isOptional ? null
            : Fail($"environment variable key {GoQuoting.Quote(reference.Key)} not found in file {GoQuoting.Quote(reference.Path)}");
    }

    private ConfigMap? FindConfigMap(string name, bool isOptional)
    {
        if (!configMaps.TryGetValue(name, out var found))
            configMaps[name] = found = context.ConfigMap(podNamespace, name);
        if (found is null && !isOptional)
            Fail($"configmap {GoQuoting.Quote(name)} not found");
        return found;
    }

    private Secret? FindSecret(string name, bool isOptional)
    {
        if (!secrets.TryGetValue(name, out var found))
            secrets[name] = found = context.Secret(podNamespace, name);
        if (found is null && !isOptional)
            Fail($"secret {GoQuoting.Quote(name)} not found");
        return found;
    }

    private string? Fail(string message)
    {
        var error = new DownwardApiError(DownwardApiError.CreateContainerConfigError, message);
        if (!errors.Contains(error))
            errors.Add(error);
        return null;
    }
}
