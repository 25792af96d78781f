using Microsoft.Extensions.Configuration;
using Podkit.Metadata.Hosting;

namespace Podkit.Metadata.Configuration;

/// <summary>A pod's metadata as a source of configuration.</summary>
/// <param name="shared">What it shares with the app's services, or the providers that it builds one after the other with each other.</param>
internal sealed class PodConfigurationSource(SharedMetadata shared) : IConfigurationSource
{
    public SharedMetadata Shared { get; } = shared;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new PodConfigurationProvider(Shared);
}
