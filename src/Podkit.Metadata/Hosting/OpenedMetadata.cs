using Podkit.Metadata.Configuration;

namespace Podkit.Metadata.Hosting;

/// <summary>Metadata that an app shares, and how many use it: service providers and providers of configuration.</summary>
internal sealed class OpenedMetadata
{
    public OpenedMetadata(PodMetadataOptions options)
    {
        options.LastResort ??= ProblemTeller.StandardError;
        Metadata = PodMetadata.OpenShared(options);
        Keys = options.ConfigurationSection is { } section ? new PodKeys(section, Metadata.Log) : null;
    }

    public PodMetadata Metadata { get; }

    /// <summary>How configuration shows it; null: not at all.</summary>
    public PodKeys? Keys { get; }

    public int Users { get; set; }
}
