using System.Text;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>Gathers the files of one volume and what goes wrong.</summary>
internal sealed class PayloadBuilder(Pod pod, DownwardApiContext context, int defaultMode)
{
    private const int TokenMode = 0x180; // 0600

    private readonly SortedDictionary<string, VolumeFile> files = new(ByteOrder.Instance);
    private readonly List<DownwardApiError> errors = [];
    private readonly string podNamespace = pod.Metadata.Namespace ?? "";

    public VolumePayload Build(string volumeName)
    {
        foreach (var path in files.Keys)
            CheckParents(path);
        return new VolumePayload(volumeName, [.. files.Values], errors);
    }

    public void AddProjection(VolumeProjection source)
    {
        if (source.Secret is { } secret)
            AddSecret(secret.Name, secret.Items, secret.Optional == true);
        else if (source.ConfigMap is { } configMap)
            AddConfigMap(configMap.Name, configMap.Items, configMap.Optional == true);
        else if (source.DownwardAPI is { } downward)
            AddDownwardApi(downward.Items);
        else if (source.ServiceAccountToken is { } token)
            AddToken(token);
        else if (source.ClusterTrustBundle is { } bundle)
            AddClusterTrustBundle(bundle);
        else if (source.PodCertificate is { } certificate)
            Fail($"podCertificate of signer {GoQuoting.Quote(certificate.SignerName)}: this node does not issue pod certificates");
    }

    public void AddDownwardApi(List<DownwardAPIVolumeFile>? items)
    {
        foreach (var item in items ?? [])
        {
            var content = Content(item, out var error);
            if (content is null)
                Fail(error);
            else
                Add(item.Path, content, item.Mode ?? defaultMode);
        }
    }

    public void AddConfigMap(string? name, List<KeyToPath>? items, bool isOptional)
    {
        if (context.ConfigMap(podNamespace, name ?? "") is not { } configMap)
        {
            if (!isOptional)
                Fail($"configmap {GoQuoting.Quote(name ?? "")} not found");
            return;
        }
        if (items is null or [])
        {
            foreach (var (key, text) in configMap.Data ?? [])
                Add(key, Encoding.UTF8.GetBytes(text), defaultMode);
            foreach (var (key, bytes) in configMap.BinaryData ?? [])
                Add(key, bytes, defaultMode);
            return;
        }
        AddItems(items, isOptional, "configmap references non-existent config key: ", Find);

        byte[]? Find(string key) =>
            configMap.Data?.GetValueOrDefault(key) is { } text ? Encoding.UTF8.GetBytes(text) : configMap.BinaryData?.GetValueOrDefault(key);
    }

    public void AddSecret(string? name, List<KeyToPath>? items, bool isOptional)
    {
        if (context.Secret(podNamespace, name ?? "") is not { } secret)
        {
            if (!isOptional)
                Fail($"secret {GoQuoting.Quote(name ?? "")} not found");
            return;
        }
        if (items is null or [])
        {
            foreach (var (key, bytes) in secret.Data ?? [])
                Add(key, bytes, defaultMode);
            return;
        }
        AddItems(items, isOptional, "references non-existent secret key: ", key => secret.Data?.GetValueOrDefault(key));
    }

    private void AddItems(List<KeyToPath> items, bool isOptional, string missing, Func<string, byte[]?> find)
    {
        foreach (var item in items)
        {
            if (find(item.Key) is { } bytes)
            {
                Add(item.Path, bytes, item.Mode ?? defaultMode);
            }
            else if (!isOptional)
            {
                // A kubelet stops at the first.
                Fail(missing + item.Key);
                return;
            }
        }
    }

    private void AddToken(ServiceAccountTokenProjection projection)
    {
        string? error = null;
        if (context.ServiceAccountToken?.Invoke(projection, out error) is not { } token)
        {
            Fail($"failed to fetch token: {error ?? "no token is at hand"}");
            return;
        }
        // An fsGroup makes it 0640 afterwards.
        var user = VolumeOwnership.CommonUser(pod);
        var isPrivate = user is not null || pod.Spec.SecurityContext?.FsGroup is not null;
        Add(projection.Path, Encoding.UTF8.GetBytes(token), isPrivate ? TokenMode : defaultMode, user);
    }

    private void AddClusterTrustBundle(ClusterTrustBundleProjection bundle)
    {
        if (bundle.Optional == true)
            Add(bundle.Path, ReadOnlyMemory<byte>.Empty, defaultMode);
        else
            Fail($"clusterTrustBundle at path {GoQuoting.Quote(bundle.Path)}: this node has no trust bundles; set optional: true to start with an empty file");
    }

    /// <summary>The content of an item of the downward API; null when there is none, and why.</summary>
    private byte[]? Content(DownwardAPIVolumeFile item, out string error)
    {
        error = "";
        string value;
        if (item.FieldRef is { } field)
        {
            var annotations = context.Annotations ?? pod.Metadata.Annotations;
            if (field.FieldPath is FieldPaths.Labels or FieldPaths.Annotations)
                return WholeMap.FormatUtf8(field.FieldPath == FieldPaths.Labels ? pod.Metadata.Labels : annotations);
            if (!FieldPaths.TryExtract(pod, annotations, field.FieldPath, out value, out error))
                return null;
        }
        else if (item.ResourceFieldRef is { } resource)
        {
            if (!ResourceFields.TryGetValue(resource, pod, resource.ContainerName ?? "", context.NodeAllocatable, out value, out error))
                return null;
        }
        else
        {
            value = "";
        }
        return Encoding.UTF8.GetBytes(value);
    }

    private void Add(string path, ReadOnlyMemory<byte> content, int mode, long? user = null)
    {
        if (VolumePaths.TryClean(path, out var clean, out var error))
            files[clean] = new VolumeFile(clean, content, mode, user);
        else
            Fail(error);
    }

    /// <summary>Refuses a file below another file.</summary>
    private void CheckParents(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (files.ContainsKey(path[..slash]))
                Fail($"invalid path: {path}: {path[..slash]} is a file of the same volume");
        }
    }

    private void Fail(string message)
    {
        var error = new DownwardApiError(DownwardApiError.FailedMount, message);
        if (!errors.Contains(error))
            errors.Add(error);
    }
}
