using Microsoft.Extensions.Logging;
using Podkit.Metadata.Configuration;

namespace Podkit.Metadata.Hosting;

/// <summary>
/// The metadata that an app's services and its configuration share. It is opened when the first of them needs it, and ends with the last of them: with
/// a host that was built and never started, too, and not with a service provider that was built only to look at it. It is opened anew when it is needed
/// after its end.
/// </summary>
internal sealed class SharedMetadata(PodMetadataOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<PodConfigurationProvider> _providers = [];
    private PodMetadataOptions _options = options;
    private OpenedMetadata? _opened;
    private ILogger? _logger;

    /// <summary>The section of the configuration; null: none.</summary>
    public string? Section => _options.ConfigurationSection;

    /// <summary>
    /// Other options take the place of the present ones, for the configuration and for service providers to come. A service provider that has the
    /// metadata keeps it as it is.
    /// </summary>
    public void Configure(PodMetadataOptions options)
    {
        lock (_gate)
        {
            var (old, next) = (_opened, _providers.Count > 0 ? Open(options) : null);
            (_opened, _options) = (next, options);
            if (next is null) return;
            next.Users = _providers.Count;
            foreach (var provider in _providers) provider.Use(next);
            if (old is not null && (old.Users -= _providers.Count) == 0) old.Metadata.End();
        }
    }

    /// <summary>For a service provider: what the configuration shows, where there is one.</summary>
    public ServedMetadata Serve()
    {
        lock (_gate)
        {
            _opened ??= Open(_options);
            _opened.Users++;
            return new ServedMetadata(this, _opened);
        }
    }

    /// <summary>Gives a provider of configuration the metadata.</summary>
    public void Attach(PodConfigurationProvider provider)
    {
        lock (_gate)
        {
            _opened ??= Open(_options);
            _opened.Users++;
            _providers.Add(provider);
            provider.Use(_opened);
        }
    }

    /// <summary>Ends what <see cref="Attach"/> began.</summary>
    public void Detach(PodConfigurationProvider provider)
    {
        lock (_gate)
        {
            if (_providers.Remove(provider) && _opened is { } opened && Release(opened)) opened.Metadata.End();
        }
    }

    /// <summary>One user less.</summary>
    /// <returns>Whether it was the last: then it is to be ended.</returns>
    public bool Release(OpenedMetadata opened)
    {
        lock (_gate)
        {
            if (--opened.Users > 0) return false;
            if (ReferenceEquals(_opened, opened)) _opened = null;
            return true;
        }
    }

    /// <summary>Gives the logger, to what is open and to what will be.</summary>
    public void UseLogger(ILogger logger)
    {
        lock (_gate)
        {
            _logger ??= logger;
            _opened?.Metadata.UseLogger(_logger);
        }
    }

    private OpenedMetadata Open(PodMetadataOptions options)
    {
        var opened = new OpenedMetadata(options);
        if (_logger is not null) opened.Metadata.UseLogger(_logger);
        return opened;
    }
}
