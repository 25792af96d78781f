using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;
using Podkit.Node.Tokens;

namespace Podkit.Node.Volumes;

/// <summary>A volume whose files the node writes itself: configMap, secret, downwardAPI, projected.</summary>
internal sealed class PayloadVolume
{
    private const uint RootMode = 0x3FF; // 01777
    private const long DefaultExpiration = 3600;

    private readonly IVolumeSources _sources;
    private readonly TokenManager _tokens;
    private readonly AtomicVolumeWriter _writer;
    private readonly GroupOwnership _ownership;

    /// <summary>Makes the volume's directory.</summary>
    public PayloadVolume(string directory, uint? group, IVolumeSources sources, TokenManager tokens, TimeProvider time)
    {
        Directory = directory;
        _sources = sources;
        _tokens = tokens;
        _ownership = new GroupOwnership(group, readOnly: true);
        _writer = new AtomicVolumeWriter(directory, time);
        Posix.TryMakeDirectory(directory, RootMode);
        if (group is not null) _ownership.ApplyTo(directory, _ownership.DirectoryMode(RootMode));
    }

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>When a token of the volume wants to be refreshed.</summary>
    public DateTimeOffset? NextRefresh { get; private set; }

    /// <summary>Whether its files could not be given to the pod's group.</summary>
    public bool GroupDenied => _ownership.Denied;

    /// <summary>Gathers what the volume is to hold; nothing is written yet.</summary>
    /// <exception cref="VolumeException">Something is missing.</exception>
    public async Task<IReadOnlyList<AtomicFile>> RenderAsync(Pod pod, Volume volume, CancellationToken cancellationToken)
    {
        var names = SourceNames(volume).ToList();
        var configMaps = new Dictionary<string, ConfigMap?>(StringComparer.Ordinal);
        var secrets = new Dictionary<string, Secret?>(StringComparer.Ordinal);
        foreach (var (isSecret, name) in names)
        {
            if (isSecret) secrets[name] = await _sources.FindSecretAsync(pod.Metadata.Namespace ?? "", name, cancellationToken).ConfigureAwait(false);
            else configMaps[name] = await _sources.FindConfigMapAsync(pod.Metadata.Namespace ?? "", name, cancellationToken).ConfigureAwait(false);
        }

        var tokens = await TokensAsync(pod, volume, cancellationToken).ConfigureAwait(false);
        var payload = PodVolumes.Render(pod, volume, new DownwardApiContext
        {
            NodeAllocatable = _sources.NodeAllocatable,
            ConfigMap = (_, name) => configMaps.GetValueOrDefault(name),
            Secret = (_, name) => secrets.GetValueOrDefault(name),
            ServiceAccountToken = (ServiceAccountTokenProjection projection, out string? error) =>
            {
                var (token, why) = tokens[projection];
                error = why;
                return token?.Value;
            },
        });
        if (payload.Errors.Count > 0) throw new VolumeException(volume.Name, Aggregate(payload.Errors));
        return [.. payload.Files.Select(file => new AtomicFile(file.Path, file.Content, (uint)file.Mode, (uint?)file.User))];
    }

    /// <summary>Writes the files; says whether any has changed.</summary>
    public bool Write(IReadOnlyList<AtomicFile> files) => _writer.Write(files, _ownership);

    private async Task<Dictionary<ServiceAccountTokenProjection, (BoundToken? Token, string? Error)>> TokensAsync(Pod pod, Volume volume, CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<ServiceAccountTokenProjection, (BoundToken? Token, string? Error)>(ReferenceEqualityComparer.Instance);
        DateTimeOffset? next = null;
        foreach (var projection in (volume.Projected?.Sources ?? []).Select(source => source.ServiceAccountToken).OfType<ServiceAccountTokenProjection>())
        {
            var key = new TokenKey(
                pod.Metadata.Uid ?? "",
                pod.Metadata.Name ?? "",
                pod.Metadata.Namespace ?? "",
                string.IsNullOrEmpty(pod.Spec.ServiceAccountName) ? "default" : pod.Spec.ServiceAccountName,
                projection.Audience ?? "",
                projection.ExpirationSeconds ?? DefaultExpiration);
            var answer = await _tokens.GetAsync(key, cancellationToken).ConfigureAwait(false);
            tokens[projection] = answer;
            if (answer.Token is { } token && (next is null || token.RefreshAt < next)) next = token.RefreshAt;
        }

        NextRefresh = next;
        return tokens;
    }

    private static IEnumerable<(bool IsSecret, string Name)> SourceNames(Volume volume)
    {
        if (volume.ConfigMap?.Name is { Length: > 0 } configMap) yield return (false, configMap);
        if (volume.Secret?.SecretName is { Length: > 0 } secret) yield return (true, secret);
        foreach (var source in volume.Projected?.Sources ?? [])
        {
            if (source.ConfigMap?.Name is { Length: > 0 } projectedConfigMap) yield return (false, projectedConfigMap);
            if (source.Secret?.Name is { Length: > 0 } projectedSecret) yield return (true, projectedSecret);
        }
    }

    private static string Aggregate(IReadOnlyList<DownwardApiError> errors) =>
        errors.Count == 1 ? errors[0].Message : $"[{string.Join(", ", errors.Select(error => error.Message))}]";
}
