using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>Renders the volumes of a pod whose files a node writes itself: downwardAPI, projected, configMap and secret.</summary>
public static class PodVolumes
{
    private const int DefaultMode = 0x1A4; // 0644

    /// <summary>Whether a volume is one of those.</summary>
    /// <param name="volume">The volume.</param>
    public static bool CanRender(Volume volume) =>
        volume.DownwardAPI is not null || volume.Projected is not null || volume.ConfigMap is not null || volume.Secret is not null;

    /// <summary>The files of a volume, in the order of their paths. When two have the same path, the later one wins.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="volume">One of its volumes.</param>
    /// <param name="context">What the node knows beside the pod.</param>
    /// <exception cref="ArgumentException">The volume is of another kind; see <see cref="CanRender"/>.</exception>
    public static VolumePayload Render(Pod pod, Volume volume, DownwardApiContext context)
    {
        if (volume.DownwardAPI is { } downward)
        {
            var payload = new PayloadBuilder(pod, context, downward.DefaultMode ?? DefaultMode);
            payload.AddDownwardApi(downward.Items);
            return payload.Build(volume.Name);
        }
        if (volume.Projected is { } projected)
        {
            var payload = new PayloadBuilder(pod, context, projected.DefaultMode ?? DefaultMode);
            foreach (var source in projected.Sources ?? [])
                payload.AddProjection(source);
            return payload.Build(volume.Name);
        }
        if (volume.ConfigMap is { } configMap)
        {
            var payload = new PayloadBuilder(pod, context, configMap.DefaultMode ?? DefaultMode);
            payload.AddConfigMap(configMap.Name, configMap.Items, configMap.Optional == true);
            return payload.Build(volume.Name);
        }
        if (volume.Secret is { } secret)
        {
            var payload = new PayloadBuilder(pod, context, secret.DefaultMode ?? DefaultMode);
            payload.AddSecret(secret.SecretName, secret.Items, secret.Optional == true);
            return payload.Build(volume.Name);
        }
        throw new ArgumentException($"volume {volume.Name} is none of downwardAPI, projected, configMap and secret", nameof(volume));
    }
}
