namespace Podkit.Metadata.Tests;

internal static class Waiting
{
    /// <summary>Far longer than anything takes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the state that a test asks for, change by change.</summary>
    public static async Task<PodSnapshot> UntilAsync(this IPodMetadata metadata, Func<PodSnapshot, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(Limit);
        var changes = metadata.ChangesAsync(deadline.Token);
        if (metadata.Current is var current && wanted(current)) return current;
        await foreach (var change in changes)
        {
            if (wanted(change.New)) return change.New;
        }

        throw new InvalidOperationException("the changes ended without the state");
    }

    /// <summary>Waits for something that tells no event, and is bound to come.</summary>
    public static async Task SoonAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Limit;
        while (!condition())
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException($"never: {what}");
            await Task.Delay(1);
        }
    }
}
