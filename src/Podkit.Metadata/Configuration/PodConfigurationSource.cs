using Microsoft.Extensions.Configuration;

namespace Podkit.Metadata.Configuration;

/// <summary>A pod's metadata as a source of configuration.</summary>
internal sealed class PodConfigurationSource(Func<PodMetadata> open, string section, bool ownsMetadata) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new PodConfigurationProvider(open(), section, ownsMetadata);
}
