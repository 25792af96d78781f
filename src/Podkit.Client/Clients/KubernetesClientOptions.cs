using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Client.Telemetry;

namespace Podkit.Client;

/// <summary>How a client behaves, whichever server it talks to.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>The source of time. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How the client names itself. Default: <c>podkit/VERSION</c>.</summary>
    public string UserAgent { get; init; } = $"podkit/{typeof(KubernetesClientOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The field manager of server-side apply. Default: <c>podkit</c>.</summary>
    public string FieldManager { get; init; } = "podkit";

    /// <summary>How long a call may take until its answer has been read; watches and log streams are not bound. Default: 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may take to come to be. Default: 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read into memory. Default: 256 MiB.</summary>
    public long MaximumResponseBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How often a call is sent again because the server asks for it with <c>Retry-After</c>; with 0, what reads is not sent again either when its connection is cut, as otherwise once. Default: 5.</summary>
    public int MaximumRetries { get; init; } = 5;

    /// <summary>The longest <c>Retry-After</c> that is waited for; after a longer one the caller gets the error. Default: 30 seconds.</summary>
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The most requests that the client itself sends. Default: null, no limit: the server's API priority and fairness is fairer than any guess
    /// of a client. client-go's default is 5 in a second with a burst of 10.
    /// </summary>
    public RateLimitOptions? RateLimit { get; init; }

    /// <summary>Whether large answers may come compressed (gzip, as API servers do from 128 KiB on). Never from a server on this machine. Default: true.</summary>
    public bool Compression { get; init; } = true;

    /// <summary>After what time the token file is read again. Default: 60 seconds.</summary>
    public TimeSpan TokenRefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After what time the files of authorities and client certificate are read again. Default: 60 seconds.</summary>
    public TimeSpan CertificateRefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the client logs: retries, renewed credentials, warnings of the server; never a token or a body. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Told of warnings of the server, and of files that could not be read again. Default: nobody is told.</summary>
    public Action<string>? OnWarning { get; init; }

    internal ILogger Logger => LoggerFactory?.CreateLogger("Podkit.Client") ?? NullLogger.Instance;

    /// <summary>Something that the client survives, and that somebody should know.</summary>
    internal void Warn(string warning)
    {
        OnWarning?.Invoke(warning);
        ClientLog.Warned(Logger, warning);
    }

    internal void Validate()
    {
        if (RateLimit is { PerSecond: <= 0 }) throw Bad("RateLimit.PerSecond", "be positive");
        if (RateLimit is { Burst: < 1 }) throw Bad("RateLimit.Burst", "be at least 1");
        if (RequestTimeout <= TimeSpan.Zero) throw Bad(nameof(RequestTimeout), "be positive");
        if (ConnectTimeout <= TimeSpan.Zero) throw Bad(nameof(ConnectTimeout), "be positive");
        if (MaximumResponseBytes is <= 0 or > 2_000_000_000) throw Bad(nameof(MaximumResponseBytes), "be between 1 and 2000000000");
        if (MaximumRetries < 0) throw Bad(nameof(MaximumRetries), "not be negative");
        if (TokenRefreshInterval < TimeSpan.Zero) throw Bad(nameof(TokenRefreshInterval), "not be negative");
        if (CertificateRefreshInterval < TimeSpan.Zero) throw Bad(nameof(CertificateRefreshInterval), "not be negative");
        ArgumentException.ThrowIfNullOrWhiteSpace(FieldManager);
        ArgumentException.ThrowIfNullOrWhiteSpace(UserAgent);
    }

    private static KubernetesConfigurationException Bad(string option, string must) => new($"KubernetesClientOptions.{option} must {must}");
}
