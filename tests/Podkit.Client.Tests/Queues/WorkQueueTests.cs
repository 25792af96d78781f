using Podkit.Testing;

namespace Podkit.Client.Tests.Queues;

public sealed class WorkQueueTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_key_that_waits_is_there_once()
    {
        using var queue = Create();
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");
        queue.Count.ShouldBe(2);
        (await queue.TakeAsync()).ShouldBe((true, "a"));
        (await queue.TakeAsync()).ShouldBe((true, "b"));
    }

    [Fact]
    public async Task A_key_that_is_added_while_it_is_worked_on_comes_again_after_that_and_not_before()
    {
        using var queue = Create();
        queue.Add("a");
        await queue.TakeAsync();
        queue.Add("a");
        queue.Add("a");
        queue.Count.ShouldBe(0);
        var next = queue.TakeAsync().AsTask();
        next.IsCompleted.ShouldBeFalse();
        queue.Done("a");
        (await next).ShouldBe((true, "a"));
        queue.Done("a");
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void A_failing_key_waits_5_ms_doubling_to_1000_s_until_it_is_forgotten()
    {
        var limiter = new ItemRateLimiter<string>(new WorkQueueOptions { ItemsPerSecond = 0, TimeProvider = _time });
        Enumerable.Range(0, 20).Select(_ => limiter.Next("a").TotalMilliseconds).ShouldBe(
            [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 20480, 40960, 81920, 163840, 327680, 655360, 1000000, 1000000]);
        limiter.Failures("a").ShouldBe(20);
        limiter.Next("b").TotalMilliseconds.ShouldBe(5);
        limiter.Forget("a");
        limiter.Next("a").TotalMilliseconds.ShouldBe(5);
    }

    [Fact]
    public void All_keys_together_are_held_to_100_at_once_and_10_a_second()
    {
        var limiter = new ItemRateLimiter<int>(new WorkQueueOptions { TimeProvider = _time });
        for (var i = 0; i < 100; i++) limiter.Next(i).ShouldBe(TimeSpan.FromMilliseconds(5));
        limiter.Next(100).TotalMilliseconds.ShouldBe(100, 0.001);
        limiter.Next(101).TotalMilliseconds.ShouldBe(200, 0.001);
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 8; i++) limiter.Next(200 + i).ShouldBe(TimeSpan.FromMilliseconds(5));
        limiter.Next(300).TotalMilliseconds.ShouldBe(100, 0.001);
    }

    [Fact]
    public async Task A_delayed_key_comes_when_it_is_due_once_at_the_earliest_of_its_times()
    {
        using var queue = Create();
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("b", TimeSpan.FromSeconds(4));
        queue.AddAfter("a", TimeSpan.FromSeconds(3));
        queue.AddAfter("a", TimeSpan.FromSeconds(60));
        queue.Delayed.ShouldBe(2);
        var next = queue.TakeAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        next.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        (await next).Key.ShouldBe("a");
        queue.Done("a");
        _time.Advance(TimeSpan.FromSeconds(100));
        (await queue.TakeAsync()).Key.ShouldBe("b");
        queue.Count.ShouldBe(0);
        queue.Delayed.ShouldBe(0);
    }

    [Fact]
    public async Task Many_times_for_one_key_hold_no_memory()
    {
        using var delayed = new DelayedKeys<int>(_time, _ => { });
        for (var i = 100_000; i > 0; i--) delayed.Add(1, TimeSpan.FromSeconds(i));
        delayed.Count.ShouldBe(1);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Shutting_down_gives_out_what_waits_and_then_ends()
    {
        using var queue = Create();
        queue.Add("a");
        queue.AddAfter("later", TimeSpan.FromSeconds(1));
        queue.ShutDown();
        queue.Add("b");
        _time.Advance(TimeSpan.FromSeconds(2));
        (await queue.TakeAsync()).ShouldBe((true, "a"));
        (await queue.TakeAsync()).Taken.ShouldBeFalse();
    }

    [Fact]
    public async Task Those_who_wait_are_told_of_the_end()
    {
        using var queue = Create();
        var waiting = Enumerable.Range(0, 3).Select(_ => queue.TakeAsync().AsTask()).ToList();
        queue.ShutDown();
        foreach (var taken in await Task.WhenAll(waiting)) taken.Taken.ShouldBeFalse();
    }

    [Fact]
    public async Task A_drain_ends_when_everything_is_done_also_what_was_added_to_a_key_under_way()
    {
        using var queue = Create();
        queue.Add("a");
        await queue.TakeAsync();
        queue.Add("a");
        var drained = queue.ShutDownWithDrainAsync();
        queue.Done("a");
        drained.IsCompleted.ShouldBeFalse();
        (await queue.TakeAsync()).ShouldBe((true, "a"));
        drained.IsCompleted.ShouldBeFalse();
        queue.Done("a");
        await drained;
    }

    [Fact]
    public async Task Who_stops_waiting_takes_no_key_away_from_others()
    {
        using var queue = Create();
        using var stop = new CancellationTokenSource();
        var cancelled = queue.TakeAsync(stop.Token).AsTask();
        var other = queue.TakeAsync().AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        queue.Add("a");
        (await other).ShouldBe((true, "a"));
    }

    [Fact]
    public async Task Who_is_woken_for_a_key_and_cancelled_at_once_loses_it_for_nobody()
    {
        for (var i = 0; i < 200; i++)
        {
            using var queue = Create();
            using var stop = new CancellationTokenSource();
            var first = queue.TakeAsync(stop.Token).AsTask();
            var second = queue.TakeAsync().AsTask();
            queue.Add("a");
            await stop.CancelAsync();
            var either = Task.WhenAny(first.ContinueWith(t => t.IsCompletedSuccessfully ? t : second, TaskScheduler.Default).Unwrap(), second).Unwrap();
            (await either.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe((true, "a"));
        }
    }

    [Fact]
    public async Task Many_workers_never_have_one_key_at_a_time_and_miss_nothing()
    {
        using var queue = new WorkQueue<int>();
        var inHand = new int[50];
        var wanted = new int[50];
        var seen = new int[50];
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync() is (true, var key))
            {
                Interlocked.Increment(ref inHand[key]).ShouldBe(1);
                Volatile.Write(ref seen[key], Volatile.Read(ref wanted[key]));
                await Task.Yield();
                Interlocked.Decrement(ref inHand[key]);
                queue.Done(key);
            }
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var key = random.Next(50);
                Interlocked.Increment(ref wanted[key]);
                queue.Add(key);
            }
        })));
        await queue.ShutDownWithDrainAsync();
        await Task.WhenAll(workers);
        seen.ShouldBe(wanted);
    }

    private WorkQueue<string> Create() => new(new WorkQueueOptions { TimeProvider = _time });
}
