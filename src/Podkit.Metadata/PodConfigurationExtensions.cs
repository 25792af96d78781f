using Microsoft.Extensions.Configuration;

namespace Podkit.Metadata;

/// <summary>Pod metadata and mounted volumes as configuration that follows them.</summary>
public static class PodConfigurationExtensions
{
    /// <summary>
    /// Adds a Downward API volume: <c>Pod:Name</c>, <c>Pod:Labels:KEY</c>, <c>Pod:Annotations:KEY</c> and so on. Keys keep their dots and slashes:
    /// <c>Pod:Labels:app.kubernetes.io/name</c>. Environment and service account are read as well.
    /// </summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The volume's directory.</param>
    public static IConfigurationBuilder AddDownwardApi(this IConfigurationBuilder builder, string path) =>
        builder.AddDownwardApi(options => options.Volumes.Add(path));

    /// <inheritdoc cref="AddDownwardApi(IConfigurationBuilder, string)"/>
    /// <param name="builder">The configuration.</param>
    /// <param name="configure">Changes where it is looked for; nothing: where pods usually offer it.</param>
    public static IConfigurationBuilder AddDownwardApi(this IConfigurationBuilder builder, Action<PodMetadataOptions>? configure = null)
    {
        var options = new PodMetadataOptions();
        configure?.Invoke(options);
        return builder;
    }

    /// <summary>
    /// Adds a mounted ConfigMap, Secret or projected volume: a key for every file, its sections for every JSON and YAML file, all reloaded
    /// together when the volume changes. <c>__</c> in a file's name and folders separate sections, as <c>:</c> does.
    /// </summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The volume's directory.</param>
    /// <param name="configure">Changes how it is read.</param>
    public static IConfigurationBuilder AddMountedVolume(this IConfigurationBuilder builder, string path, Action<MountedVolumeOptions>? configure = null)
    {
        var options = new MountedVolumeOptions();
        configure?.Invoke(options);
        return builder;
    }
}
