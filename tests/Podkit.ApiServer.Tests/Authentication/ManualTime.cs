namespace Podkit.ApiServer.Tests.Authentication;

/// <summary>A clock that a test sets.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
