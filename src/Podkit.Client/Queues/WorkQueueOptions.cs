namespace Podkit.Client;

/// <summary>How a work queue slows down what fails; the defaults are client-go's <c>DefaultTypedControllerRateLimiter</c>.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>The wait after an item's first failure; it doubles with each. Default: 5 milliseconds.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest wait after an item's failure. Default: 1000 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(1000);

    /// <summary>How many rate-limited items a second there may be overall; zero: no limit. Default: 10.</summary>
    public double ItemsPerSecond { get; init; } = 10;

    /// <summary>How many rate-limited items there may be at once before the rate counts. Default: 100.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>The source of time. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        if (FirstDelay < TimeSpan.Zero) throw Bad(nameof(FirstDelay), "not be negative");
        if (LongestDelay < FirstDelay) throw Bad(nameof(LongestDelay), $"not be below {nameof(FirstDelay)}");
        if (ItemsPerSecond < 0 || !double.IsFinite(ItemsPerSecond)) throw Bad(nameof(ItemsPerSecond), "be zero or more");
        if (Burst < 1) throw Bad(nameof(Burst), "be positive");
    }

    private static KubernetesConfigurationException Bad(string option, string must) => new($"WorkQueueOptions.{option} must {must}");
}
