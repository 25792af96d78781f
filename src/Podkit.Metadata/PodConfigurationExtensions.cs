using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Podkit.Metadata.Configuration;
using Podkit.Metadata.Hosting;

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
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PodMetadataOptions();
        configure?.Invoke(options);
        options.ConfigurationSection ??= "Pod";
        return builder.Add(new PodConfigurationSource(new SharedMetadata(options)));
    }

    /// <summary>
    /// Adds a mounted ConfigMap, Secret or projected volume: a key for every file, its sections for every JSON and YAML file, all reloaded
    /// together when the volume changes. <c>__</c> in a file's name and folders separate sections, as <c>:</c> does. One line end at a value's end is
    /// dropped. Files that are no UTF-8 text, such as certificate stores, are left out: read them from the volume.
    /// </summary>
    /// <remarks>
    /// A file that cannot be read at the start is an <see cref="InvalidDataException"/>; later the last good content stays, with one line in the log of
    /// a host that has <c>AddPodMetadata()</c> or <see cref="AddPodConfigurationLog"/>. Without one, <see cref="MountedVolumeOptions.OnProblem"/> is told,
    /// and where there is none standard error. Values of YAML are as they are written: <c>1.10</c> and <c>NO</c> stay so.
    /// </remarks>
    /// <param name="builder">The configuration.</param>
    /// <param name="path">The volume's directory.</param>
    /// <param name="configure">Changes how it is read.</param>
    public static IConfigurationBuilder AddMountedVolume(this IConfigurationBuilder builder, string path, Action<MountedVolumeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new MountedVolumeOptions();
        configure?.Invoke(options);
        options.Validate();
        return builder.Add(new MountedVolumeSource(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), options));
    }

    /// <inheritdoc cref="AddMountedVolume(IConfigurationBuilder, string, Action{MountedVolumeOptions})"/>
    /// <param name="builder">The app's builder, whose log is told what goes wrong.</param>
    /// <param name="path">The volume's directory.</param>
    /// <param name="configure">Changes how it is read.</param>
    public static TBuilder AddMountedVolume<TBuilder>(this TBuilder builder, string path, Action<MountedVolumeOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configuration.AddMountedVolume(path, configure);
        builder.Services.AddPodConfigurationLog();
        return builder;
    }

    /// <summary>
    /// Has the mounted volumes and Downward API volumes of the app's configuration say what goes wrong in the app's log. What there is to say before the
    /// host starts waits for it. <c>AddPodMetadata()</c> does this, too.
    /// </summary>
    /// <param name="services">The app's services.</param>
    public static IServiceCollection AddPodConfigurationLog(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHostedService<PodConfigurationStarter>();
    }
}
