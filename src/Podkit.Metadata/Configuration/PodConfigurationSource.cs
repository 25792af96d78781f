using Microsoft.Extensions.Configuration;
using Podkit.Metadata.Hosting;

namespace Podkit.Metadata.Configuration;

/// <summary>A pod's metadata as a source of configuration.</summary>
/// <param name="shared">What it shares with the app's services; null: each provider has metadata of its own.</param>
/// <param name="options">Where that is looked for.</param>
internal sealed class PodConfigurationSource(SharedMetadata? shared, PodMetadataOptions? options = null) : IConfigurationSource
{
    public SharedMetadata? Shared { get; } = shared;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new PodConfigurationProvider(Shared ?? new SharedMetadata(options ?? new PodMetadataOptions()));
}
