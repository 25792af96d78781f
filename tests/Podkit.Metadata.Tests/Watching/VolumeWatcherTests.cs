using Podkit.Metadata.Testing;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Tests.Watching;

public sealed class VolumeWatcherTests : IDisposable
{
    private readonly AtomicVolume _volume = new();
    private readonly SemaphoreSlim _told = new(0);

    public void Dispose()
    {
        _volume.Dispose();
        _told.Dispose();
    }

    [Fact]
    public async Task The_swap_is_told_by_inotify()
    {
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromDays(1), TimeProvider.System));
        watcher.Watching.ShouldBe(VolumeWatching.Inotify);
        _volume.Write("a", "2");
        await TellsAsync(watcher, "2");
    }

    [Fact]
    public async Task A_volume_that_is_deleted_and_made_again_is_watched_again()
    {
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromMilliseconds(20), TimeProvider.System));
        for (var n = 2; n < 6; n++)
        {
            _volume.Remove();
            await Waiting.SoonAsync(() => !watcher.Present, "the volume is seen to be gone");
            Text(watcher).ShouldBe($"{n - 1}");
            _volume.Write("a", $"{n}");
            await TellsAsync(watcher, $"{n}");
            await Waiting.SoonAsync(() => watcher.Watching == VolumeWatching.Inotify, "the new directory is watched");
        }
    }

    [Fact]
    public async Task A_volume_that_is_moved_away_and_replaced_is_watched_again()
    {
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromMilliseconds(20), TimeProvider.System));
        var elsewhere = _volume.Path + ".old";
        try
        {
            Directory.Move(_volume.Path, elsewhere);
            _volume.Write("a", "2");
            await TellsAsync(watcher, "2");
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task Without_inotify_the_link_is_looked_at()
    {
        var time = new RepeatingTime();
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(new NoInotify(), TimeSpan.FromSeconds(1), time));
        (watcher.Watching, watcher.WatchProblem).ShouldBe((VolumeWatching.Poll, NoInotify.Reason));
        time.Periods.ShouldBe([TimeSpan.FromSeconds(1)]);
        watcher.UnreadSince.ShouldBeNull();
        var before = DateTimeOffset.UtcNow;
        _volume.Write("a", "2");
        Text(watcher).ShouldBe("1");
        Directory.SetLastWriteTimeUtc(Path.Combine(_volume.Path, new DirectoryInfo(Path.Combine(_volume.Path, "..data")).LinkTarget!), DateTime.UnixEpoch);
        watcher.UnreadSince!.Value.ShouldBe(before, TimeSpan.FromMinutes(1), "the link's own time counts");
        time.Pass(TimeSpan.FromSeconds(1));
        await TellsAsync(watcher, "2");
        watcher.UnreadSince.ShouldBeNull();
    }

    [Fact]
    public async Task With_inotify_the_link_is_looked_at_once_a_minute_all_the_same()
    {
        var time = new RepeatingTime();
        var silent = new SilentEvents();
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(silent, TimeSpan.FromSeconds(1), time));
        watcher.Watching.ShouldBe(VolumeWatching.Inotify);
        time.Periods.ShouldBe([TimeSpan.FromMinutes(1)]);
        _volume.Write("a", "2");
        time.Pass(TimeSpan.FromMinutes(1));
        await TellsAsync(watcher, "2");
        silent.Watches.ShouldBe(2, "what the kernel did not tell is reason to watch anew");
        silent.Disposed.ShouldBe(1);
    }

    [Fact]
    public async Task A_clock_that_jumps_changes_nothing()
    {
        var time = new RepeatingTime();
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(null, TimeSpan.FromSeconds(1), time));
        var n = 2;
        foreach (var jump in new[] { -10_000, 10_000, -1, 0.5 })
        {
            time.Jump(TimeSpan.FromHours(jump));
            _volume.Write("a", $"{n}");
            time.Pass(TimeSpan.FromSeconds(1));
            await TellsAsync(watcher, $"{n++}");
            watcher.ReadAt.ShouldBe(time.GetUtcNow());
        }
    }

    [Fact]
    public void While_nothing_happens_looking_allocates_nothing()
    {
        _volume.Write("a", "1");
        using var watcher = Start(new VolumeWatchOptions(null, TimeSpan.FromDays(1), TimeProvider.System));
        watcher.Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) watcher.Look();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task Watches_are_counted_and_none_is_left()
    {
        _volume.Write("a", "1");
        var inode = Inotify.InodeOf(_volume.Path);
        for (var round = 0; round < 20; round++)
        {
            using var one = Start(new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromDays(1), TimeProvider.System));
            var two = Start(new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromDays(1), TimeProvider.System));
            Inotify.WatchesOn(inode).ShouldBe(1);
            two.Dispose();
            two.Dispose();
            Inotify.WatchesOn(inode).ShouldBe(1);
            _volume.Write("a", $"{round}");
            await TellsAsync(one, $"{round}");
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public async Task An_instance_ends_with_its_last_watch()
    {
        _volume.Write("a", "1");
        var events = new InotifyEvents();
        var inode = Inotify.InodeOf(_volume.Path);
        var watcher = Start(new VolumeWatchOptions(events, TimeSpan.FromDays(1), TimeProvider.System));
        Inotify.WatchesOn(inode).ShouldBe(1);
        watcher.Dispose();
        await Waiting.SoonAsync(() => Inotify.WatchesOn(inode) == 0, "the instance is closed");
        _volume.Write("a", "2");
        using var again = Start(new VolumeWatchOptions(events, TimeSpan.FromDays(1), TimeProvider.System));
        _volume.Write("a", "3");
        await TellsAsync(again, "3");
    }

    [Fact]
    public async Task An_app_that_blocks_in_a_callback_holds_up_no_other_volume()
    {
        using var other = new AtomicVolume();
        _volume.Write("a", "1");
        other.Write("a", "1");
        var options = new VolumeWatchOptions(new InotifyEvents(), TimeSpan.FromDays(1), TimeProvider.System);
        using var release = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource();
        using var first = new VolumeWatcher(other.Path, options, _ =>
        {
            blocked.TrySetResult();
            release.Wait(Waiting.Limit);
        });
        first.Start();
        using var second = Start(options);
        other.Write("a", "2");
        await blocked.Task.WaitAsync(Waiting.Limit);
        for (var n = 2; n < 6; n++)
        {
            _volume.Write("a", $"{n}");
            await TellsAsync(second, $"{n}");
        }

        release.Set();
    }

    [Fact]
    public async Task A_volume_that_is_gone_leaves_no_instance_behind()
    {
        _volume.Write("a", "1");
        var watcher = Start(new VolumeWatchOptions(new InotifyEvents(), TimeSpan.FromDays(1), TimeProvider.System));
        _volume.Remove();
        await Waiting.SoonAsync(() => !watcher.Present, "the volume is seen to be gone");
        watcher.Dispose();
        await Waiting.SoonAsync(() => Inotify.EmptyInstances() == 0, "the instance is closed");
    }

    [Fact]
    public void A_directory_that_does_not_exist_is_no_problem_of_inotify()
    {
        using var watcher = new VolumeWatcher("/nonexistent/volume", new VolumeWatchOptions(InotifyEvents.Shared, TimeSpan.FromDays(1), TimeProvider.System), _ => _told.Release());
        watcher.Start();
        (watcher.Present, watcher.Watching, watcher.WatchProblem).ShouldBe((false, VolumeWatching.Poll, null));
    }

    private VolumeWatcher Start(VolumeWatchOptions options)
    {
        var watcher = new VolumeWatcher(_volume.Path, options, _ => _told.Release());
        watcher.Start();
        return watcher;
    }

    private async Task TellsAsync(VolumeWatcher watcher, string text)
    {
        while (Text(watcher) != text) (await _told.WaitAsync(Waiting.Limit)).ShouldBeTrue($"the volume is told to hold {text}");
    }

    private static string Text(VolumeWatcher watcher) => System.Text.Encoding.UTF8.GetString(watcher.Content!.Files["a"]);

    /// <summary>Says that it watches, and never tells.</summary>
    private sealed class SilentEvents : IDirectoryEvents
    {
        public int Watches { get; private set; }

        public int Disposed { get; private set; }

        public IDisposable TryWatch(string directory, IDirectoryListener listener, out string problem)
        {
            problem = "";
            Watches++;
            return new Registration(this);
        }

        private sealed class Registration(SilentEvents owner) : IDisposable
        {
            public void Dispose() => owner.Disposed++;
        }
    }
}
