using Podkit.Client.Watching;
using Podkit.Testing;

namespace Podkit.Client.Tests.Watching;

public sealed class BackoffTests
{
    [Fact]
    public void It_doubles_from_800_ms_to_30_s_and_begins_again_after_2_minutes_of_peace()
    {
        var time = new ManualTime();
        var backoff = new Backoff(time, () => 1);
        Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalMilliseconds).ShouldBe([800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
        time.Advance(TimeSpan.FromMinutes(2));
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1));
        backoff.Next().ShouldBe(TimeSpan.FromMilliseconds(800));
    }

    [Fact]
    public void The_jitter_is_full()
    {
        var backoff = new Backoff(TimeProvider.System);
        var waits = Enumerable.Range(0, 300).Select(_ => backoff.Next()).Skip(6).ToList();
        waits.ShouldAllBe(w => w >= TimeSpan.Zero && w <= TimeSpan.FromSeconds(30));
        waits.Min().ShouldBeLessThan(TimeSpan.FromSeconds(5));
        waits.Max().ShouldBeGreaterThan(TimeSpan.FromSeconds(25));
    }
}
