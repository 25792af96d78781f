namespace Podkit.Client;

/// <summary>How a watch lists, waits and reports.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// Whether the list comes as the beginning of the watch (<c>sendInitialEvents=true</c>, Kubernetes' WatchList), which spares the server from
    /// building it in memory. A server that refuses, or twice in a row does not end the list, is asked for a list instead, and not asked again by the same client. Default: true.
    /// </summary>
    public bool StreamingList { get; init; } = true;

    /// <summary>How many objects a page of the list has, where the list does not stream; 0: all in one. Default: 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The least time after which the server is asked to end a watch request; the next one takes over without a gap. Default: 5 minutes.</summary>
    public TimeSpan MinimumTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time after which the server is asked to end a watch request. Default: 10 minutes.</summary>
    public TimeSpan MaximumTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long past its end a watch request may last before the client cuts it. Default: 5 seconds.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a streaming list may be silent, before it begins or before its end; then a list is asked for instead. Default: 30 seconds.</summary>
    public TimeSpan InitialSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a first failure, before jitter; it doubles with each, and begins again after 2 minutes without. Default: 800 milliseconds, as client-go's reflector.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest wait after a failure, before jitter. Default: 30 seconds, as client-go's reflector.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest line, that is object, a server may send in a watch; a longer one is fetched by a list. Default: 16 MiB.</summary>
    public int MaximumLineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Told of every failure and of the time until the next attempt (zero: at once). May throw to give up. Default: failures are only retried.
    /// </summary>
    public Action<Exception, TimeSpan>? OnError { get; init; }

    /// <summary>Whether what would end the watch before its first list is only waited out: for those who start with the application, whom nobody starts again.</summary>
    internal bool NeverGivesUp { get; init; }

    /// <summary>The longest that timers take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    internal WatchOptions Validated()
    {
        if (PageSize < 0) throw Bad(nameof(PageSize), "not be negative; 0 is a list in one piece");
        if (MinimumTimeout < TimeSpan.FromSeconds(1)) throw Bad(nameof(MinimumTimeout), "be at least a second: the server counts whole seconds");
        if (MaximumTimeout < MinimumTimeout) throw Bad(nameof(MaximumTimeout), $"not be below {nameof(MinimumTimeout)}");
        if (MaximumTimeout > Longest) throw Bad(nameof(MaximumTimeout), "be at most 24 days");
        if (IdleLimit < TimeSpan.Zero || IdleLimit > Longest) throw Bad(nameof(IdleLimit), "be between zero and 24 days");
        if (InitialSilence <= TimeSpan.Zero || InitialSilence > Longest) throw Bad(nameof(InitialSilence), "be positive and at most 24 days");
        if (FirstBackoff <= TimeSpan.Zero) throw Bad(nameof(FirstBackoff), "be positive: a server that fails must not be hammered");
        if (LongestBackoff < FirstBackoff) throw Bad(nameof(LongestBackoff), $"not be below {nameof(FirstBackoff)}");
        if (LongestBackoff > Longest) throw Bad(nameof(LongestBackoff), "be at most 24 days");
        if (MaximumLineBytes < 1) throw Bad(nameof(MaximumLineBytes), "be positive");
        return this;
    }

    private static KubernetesConfigurationException Bad(string option, string must) => new($"WatchOptions.{option} must {must}");
}
