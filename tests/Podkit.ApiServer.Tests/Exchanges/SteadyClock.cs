namespace Podkit.ApiServer.Tests.Exchanges;

/// <summary>
/// Shows the same time all the while; timers run as ever. The recording was made within a second or two, and Kubernetes orders managed
/// fields by their times: a slow machine must not order them otherwise.
/// </summary>
internal sealed class SteadyClock : TimeProvider
{
    private readonly DateTimeOffset start = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => start;
}
