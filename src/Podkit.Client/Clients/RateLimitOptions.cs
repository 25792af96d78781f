namespace Podkit.Client;

/// <summary>A limit that a client puts on itself: a bucket of tokens, one a request.</summary>
/// <param name="PerSecond">How many requests it may send in a second on the average.</param>
/// <param name="Burst">How many it may send at once after a pause.</param>
public sealed record RateLimitOptions(double PerSecond, int Burst);
