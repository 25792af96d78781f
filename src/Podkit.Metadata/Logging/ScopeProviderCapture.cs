using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Podkit.Metadata.Logging;

/// <summary>
/// Takes the scope provider that a logger factory makes for itself, which adds the trace and span of <see cref="LoggerFactoryOptions"/> and is not
/// public.
/// </summary>
internal sealed class ScopeProviderCapture : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _captured;

    public static IExternalScopeProvider Take(LoggerFactoryOptions options)
    {
        using var capture = new ScopeProviderCapture();
        using var factory = new LoggerFactory([capture], new StaticFilterOptions(), Options.Create(options));
        return capture._captured ?? new LoggerExternalScopeProvider();
    }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _captured = scopeProvider;

    public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class StaticFilterOptions : IOptionsMonitor<LoggerFilterOptions>
    {
        public LoggerFilterOptions CurrentValue { get; } = new();

        public LoggerFilterOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<LoggerFilterOptions, string?> listener) => null;
    }
}
