using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Hosting;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Configuration;

/// <summary>Shows a pod's metadata as configuration, and follows it.</summary>
internal sealed class PodConfigurationProvider : ConfigurationProvider, ITellingProvider, IDisposable
{
    private readonly SharedMetadata _shared;
    private readonly Coalesced _reload;
    private readonly Lock _gate = new();
    private OpenedMetadata? _opened;
    private long _version;
    private bool _isLoaded;

    public PodConfigurationProvider(SharedMetadata shared)
    {
        _shared = shared;
        _reload = new Coalesced(OnReload);
        shared.Attach(this);
    }

    public override void Load()
    {
        _isLoaded = true;
        TakeCurrent();
    }

    /// <summary>Shows this metadata from now on.</summary>
    /// <param name="opened">The metadata, and how it is shown.</param>
    public void Use(OpenedMetadata opened)
    {
        lock (_gate)
        {
            if (_opened is not null) _opened.Metadata.Publishing -= Follow;
            (_opened, _version) = (opened, 0);
            opened.Metadata.Publishing += Follow;
        }

        if (_isLoaded) Follow();
    }

    public void UseLogger(ILoggerFactory loggers) => _shared.UseLogger(loggers.CreateLogger<PodMetadata>());

    public void Dispose()
    {
        lock (_gate)
        {
            if (_opened is not null) _opened.Metadata.Publishing -= Follow;
        }

        _shared.Detach(this);
    }

    private void Follow()
    {
        if (TakeCurrent()) _reload.Run();
    }

    private bool TakeCurrent()
    {
        lock (_gate)
        {
            if (_opened is not { } opened || opened.Metadata.Current is not { } snapshot || snapshot.Version <= _version) return false;
            Data = opened.Keys?.Show(snapshot) ?? new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            _version = snapshot.Version;
            return true;
        }
    }
}
