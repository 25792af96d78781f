using Microsoft.Extensions.Configuration;

namespace Podkit.Metadata.Configuration;

/// <summary>A mounted volume as a source of configuration.</summary>
internal sealed class MountedVolumeSource(string path, MountedVolumeOptions options) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new MountedVolumeProvider(path, options);
}
