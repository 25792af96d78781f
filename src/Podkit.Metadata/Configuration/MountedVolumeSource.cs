using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Configuration;

/// <summary>A mounted volume as a source of configuration. A builder whose sources change builds its providers anew: what they need to remember stands here.</summary>
internal sealed class MountedVolumeSource(string path, MountedVolumeOptions options) : IConfigurationSource
{
    public string Path { get; } = path;

    public MountedVolumeOptions Options { get; } = options;

    /// <summary>The app's logger, once it is known.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Whether it was said what of the volume never changes.</summary>
    public bool HasSaidFixed { get; set; }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new MountedVolumeProvider(this);
}
