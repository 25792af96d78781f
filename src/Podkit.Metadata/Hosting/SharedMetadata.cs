using Podkit.Metadata.Configuration;

namespace Podkit.Metadata.Hosting;

/// <summary>
/// The metadata that an app's services and its configuration share. It is opened when the first of them needs it. The configuration ends it with
/// its last provider unless a service provider has taken it, which then ends it: so it ends with a host that was built and never started, too.
/// </summary>
internal sealed class SharedMetadata(PodMetadataOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<PodConfigurationProvider> _providers = [];
    private PodMetadataOptions _options = options;
    private PodMetadata? _metadata;
    private bool _isServed;

    /// <summary>The section of the configuration; null: none.</summary>
    public string? Section => _options.ConfigurationSection;

    /// <summary>Other options take the place of the present ones, unless a service provider has the metadata already.</summary>
    public void Configure(PodMetadataOptions options)
    {
        lock (_gate)
        {
            if (_isServed) return;
            var old = _metadata;
            if (old is not null) _metadata = PodMetadata.Open(options);
            _options = options;
            if (old is null) return;
            foreach (var provider in _providers) provider.Use(_metadata!, options.ConfigurationSection);
            old.Dispose();
        }
    }

    /// <summary>For a service provider: what the configuration shows, or metadata of its own where there is none.</summary>
    public PodMetadata Serve()
    {
        lock (_gate)
        {
            if (_metadata is null) return PodMetadata.Open(_options);
            _isServed = true;
            return _metadata;
        }
    }

    /// <summary>Gives a provider of configuration the metadata.</summary>
    public void Attach(PodConfigurationProvider provider)
    {
        lock (_gate)
        {
            _metadata ??= PodMetadata.Open(_options);
            _providers.Add(provider);
            provider.Use(_metadata, _options.ConfigurationSection);
        }
    }

    /// <summary>Ends what <see cref="Attach"/> began.</summary>
    public void Detach(PodConfigurationProvider provider)
    {
        lock (_gate)
        {
            if (!_providers.Remove(provider) || _providers.Count > 0 || _isServed) return;
            _metadata?.Dispose();
            _metadata = null;
        }
    }
}
