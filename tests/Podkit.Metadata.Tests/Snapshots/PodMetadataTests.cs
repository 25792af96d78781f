using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Podkit.Metadata.Testing;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Tests.Snapshots;

public sealed class PodMetadataTests : IDisposable
{
    private readonly FakePod _fake = new("web-1", "shop");
    private readonly TestLog _log = new();

    public void Dispose() => _fake.Dispose();

    [Fact]
    public void A_fake_pod_is_read_as_a_real_one()
    {
        _fake.SetLabel("app.kubernetes.io/name", "web");
        using var pod = Open();
        var state = pod.Current;
        (state.Name, state.Namespace, state.IsInPod, state.Labels["app.kubernetes.io/name"]).ShouldBe(("web-1", "shop", true, "web"));
        state.Resources.ShouldBe(new ContainerResources(new ResourceAmounts(0.5, 268435456, null), new ResourceAmounts(0.25, 134217728, null)));
        pod.Status.Volumes.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            v => v.Path.ShouldBe(_fake.Directory), v => v.Watching.ShouldBe(VolumeWatching.Inotify), v => v.Present.ShouldBeTrue(), v => v.ReadAt.ShouldNotBeNull());
        _log.Lines.ShouldBe([$"Information: pod shop/web-1 on (unknown node); known from {_fake.Directory} (inotify)"]);
    }

    [Fact]
    public async Task A_change_comes_as_token_and_as_old_and_new_state()
    {
        using var pod = Open();
        var fired = 0;
        using var registration = ChangeToken.OnChange(() => pod.Changed, () => Interlocked.Increment(ref fired));
        using var deadline = new CancellationTokenSource(Waiting.Limit);
        await using var changes = pod.ChangesAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        var first = pod.Current;
        _fake.SetLabel("env", "staging");
        (await changes.MoveNextAsync()).ShouldBeTrue();
        changes.Current.Old.ShouldBeSameAs(first);
        changes.Current.New.Labels["env"].ShouldBe("staging");
        changes.Current.New.Version.ShouldBe(first.Version + 1);
        await Waiting.SoonAsync(() => fired == 1, "the token fires");
        first.Labels.ContainsKey("env").ShouldBeFalse();
        _fake.RemoveLabel("env");
        (await changes.MoveNextAsync()).ShouldBeTrue();
        changes.Current.Old.Labels["env"].ShouldBe("staging");
    }

    [Fact]
    public async Task What_changes_between_the_call_and_the_enumeration_is_not_lost()
    {
        using var pod = Open();
        using var deadline = new CancellationTokenSource(Waiting.Limit);
        var changes = pod.ChangesAsync(deadline.Token);
        _fake.SetLabel("env", "staging");
        await pod.UntilAsync(s => s.Labels["env"] == "staging");
        await using var reader = changes.GetAsyncEnumerator(deadline.Token);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.New.Labels["env"].ShouldBe("staging");
    }

    [Fact]
    public async Task A_reader_that_sleeps_skips_states_and_still_gets_the_last_one()
    {
        using var pod = Open(o => o.MaximumPendingChanges = 2);
        using var deadline = new CancellationTokenSource(Waiting.Limit);
        await using var reader = pod.ChangesAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        for (var n = 1; n <= 10; n++)
        {
            _fake.SetLabel("n", $"{n}");
            await pod.UntilAsync(s => s.Labels["n"] == $"{n}");
        }

        await reader.MoveNextAsync();
        reader.Current.Old.Labels["n"].ShouldBe("");
        reader.Current.New.Labels["n"].ShouldBe("9");
        await reader.MoveNextAsync();
        (reader.Current.Old.Labels["n"], reader.Current.New.Labels["n"]).ShouldBe(("9", "10"));
    }

    [Fact]
    public async Task Five_hundred_changes_never_mix_keep_their_order_and_the_last_one_arrives()
    {
        using var pod = Open(o => o.MaximumPendingChanges = 1000);
        using var deadline = new CancellationTokenSource(Waiting.Limit);
        var seen = new List<int> { 0 };
        var reading = Task.Run(async () =>
        {
            await foreach (var (old, state) in pod.ChangesAsync(deadline.Token))
            {
                var n = int.Parse(state.Labels["n"]);
                state.Annotations["n"].ShouldBe($"{n}", "labels and annotations are of one version");
                state.Labels["m"].ShouldBe(new string('x', n % 97));
                if (seen.Count > 1) old.Labels["n"].ShouldBe($"{seen[^1]}");
                n.ShouldBeGreaterThan(seen[^1]);
                seen.Add(n);
                if (n == 500) return;
            }
        });
        var random = new Random(7);
        for (var n = 1; n <= 500; n++)
        {
            _fake.Change(p =>
            {
                p.Metadata.Labels = new() { ["n"] = $"{n}", ["m"] = new string('x', n % 97) };
                p.Metadata.Annotations = new() { ["n"] = $"{n}" };
            });
            if (random.Next(3) == 0) await Task.Delay(random.Next(4));
        }

        await reading;
        seen[^1].ShouldBe(500);
        pod.Current.Labels["n"].ShouldBe("500");
    }

    [Fact]
    public async Task A_broken_file_keeps_the_last_good_state_and_is_named_in_one_line()
    {
        _fake.SetLabel("env", "production");
        using var pod = Open(o => (o.DirectoryEvents, o.PollInterval) = (new NoInotify(), TimeSpan.FromMilliseconds(1)));
        var good = pod.Current;
        _fake.Break("labels", "env=\"staging"u8);
        await Waiting.SoonAsync(() => pod.Status.Problems.Count > 0, "the problem is told");
        var readAt = pod.Status.Volumes[0].ReadAt;
        _fake.Break("other", "x"u8);
        await Waiting.SoonAsync(() => pod.Status.Volumes[0].ReadAt > readAt, "the volume is read again");
        pod.Current.ShouldBeSameAs(good);
        _log.Lines.ShouldHaveSingleItemThat(l => l.StartsWith("Warning", StringComparison.Ordinal))
            .ShouldBe($"Warning: {_fake.Directory}/labels: line 1: is not of the form key=\"value\"; the last good value stays");
        _fake.SetLabel("env", "test");
        await pod.UntilAsync(s => s.Labels["env"] == "test");
        pod.Status.Problems.ShouldBeEmpty();
        _log.Lines.ShouldContain($"Information: {_fake.Directory} can be read again");
    }

    [Fact]
    public async Task A_file_that_stays_broken_holds_up_no_other()
    {
        using var volume = new AtomicVolume();
        volume.Write(new Dictionary<string, string> { ["labels"] = "n=\"1\"", ["annotations"] = "a=\"1\"", ["cpu_limit"] = "many", ["name"] = "web-1" });
        using var pod = PodMetadata.Open(Nowhere.Options(null, "", volume.Path), _log);
        pod.Status.Problems.ShouldHaveSingleItem().ShouldBe($"{volume.Path}/cpu_limit: is not a number");
        volume.Write("labels", "n=\"2\"");
        await pod.UntilAsync(s => s.Labels["n"] == "2");
        volume.Write("annotations", "broken");
        await Waiting.SoonAsync(() => pod.Status.Problems[0].Contains("annotations", StringComparison.Ordinal), "the problem is told");
        volume.Write("labels", "n=\"3\"");
        var state = await pod.UntilAsync(s => s.Labels["n"] == "3");
        (state.Annotations["a"], state.Name, state.Resources.Limits.CpuCores).ShouldBe(("1", "web-1", null));
        pod.Status.Problems.ShouldHaveSingleItem().ShouldEndWith("; the last good value stays; " + $"{volume.Path}/cpu_limit: is not a number");
        volume.Write(new Dictionary<string, string> { ["labels"] = "n=\"4\"", ["annotations"] = "a=\"2\"", ["cpu_limit"] = "2", ["name"] = "web-1" });
        state = await pod.UntilAsync(s => s.Labels["n"] == "4");
        (state.Annotations["a"], state.Resources.Limits.CpuCores).ShouldBe(("2", 2));
        pod.Status.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_callback_that_does_not_return_stops_neither_the_state_nor_the_configuration()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        using var host = builder.Build();
        var pod = host.Services.GetRequiredService<IPodMetadata>();
        using var release = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource();
        var seen = new List<string>();
        using var registration = ChangeToken.OnChange(() => pod.Changed, () =>
        {
            seen.Add(pod.Current.Labels["n"]);
            blocked.TrySetResult();
            release.Wait(Waiting.Limit);
        });
        _fake.SetLabel("n", "1");
        await blocked.Task.WaitAsync(Waiting.Limit);
        for (var n = 2; n < 5; n++)
        {
            _fake.SetLabel("n", $"{n}");
            await pod.UntilAsync(s => s.Labels["n"] == $"{n}");
            await Waiting.SoonAsync(() => builder.Configuration["Pod:Labels:n"] == $"{n}", "the configuration follows");
        }

        seen.ShouldBe(["1"]);
        release.Set();
        await Waiting.SoonAsync(() => seen.Count > 1, "the callback is told of the rest when it returns");
        seen[1].ShouldBe("4");
    }

    [Fact]
    public async Task An_enumerator_that_is_never_moved_leaves_nothing_behind()
    {
        using var pod = Open();
        var never = pod.ChangesAsync().GetAsyncEnumerator();
        pod.Readers.ShouldBe(1);
        await never.DisposeAsync();
        pod.Readers.ShouldBe(0);
        using var stop = new CancellationTokenSource();
        var cancelled = pod.ChangesAsync(stop.Token).GetAsyncEnumerator(CancellationToken.None);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await cancelled.MoveNextAsync());
        pod.Readers.ShouldBe(0);
    }

    [Fact]
    public void The_class_shows_what_the_interface_does()
    {
        using var pod = Open();
        (pod.Name, pod.Namespace, pod.Uid, pod.Labels, pod.Resources).ShouldBe((pod.Current.Name, pod.Current.Namespace, pod.Current.Uid, pod.Current.Labels, pod.Current.Resources));
        (pod.NodeName, pod.ServiceAccountName, pod.ContainerName, pod.PodIP, pod.HostIP, pod.Owner).ShouldBe(("", "", "", "", "", null));
        pod.Annotations.ShouldBe(pod.Current.Annotations);
    }

    [Fact]
    public void A_file_that_is_broken_from_the_start_leaves_the_others()
    {
        _fake.Break("labels", [0xFF, 0x00, (byte)'\n']);
        using var pod = Open();
        (pod.Current.Name, pod.Current.Labels.Count).ShouldBe(("web-1", 0));
        pod.Status.Problems.ShouldHaveSingleItem().ShouldStartWith(_fake.Directory + "/labels: line 1:");
    }

    [Fact]
    public void Garbage_never_throws_and_never_replaces_what_was_good()
    {
        _fake.SetLabel("env", "production");
        using var pod = Open(o => (o.UseInotify, o.PollInterval) = (false, TimeSpan.FromDays(1)));
        var random = new Random(11);
        var good = Encoding.UTF8.GetBytes("a=\"1\"\nenv=\"x\\u00e9\\n\"");
        for (var round = 0; round < 100; round++)
        {
            var bytes = random.Next(3) == 0 ? new byte[random.Next(200)] : [.. good];
            if (bytes.Length > 0 && random.Next(3) == 0) random.NextBytes(bytes);
            for (var flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            string[] files = ["labels", "annotations", "name", "uid", "cpu_limit", "mem_limit", "labels2/x"];
            _fake.Break(files[random.Next(files.Length)], bytes);
            using var other = PodMetadata.Open(Nowhere.Options(null, "", _fake.Directory));
            other.Current.Namespace.ShouldBe("shop");
        }

        pod.Current.Labels["env"].ShouldBe("production");
        _fake.Change(p => p.Metadata.Labels!["env"] = "test");
        using var last = Open();
        last.Current.Labels["env"].ShouldBe("test");
    }

    [Fact]
    public async Task Garbage_in_a_watched_volume_ends_with_the_next_good_state()
    {
        using var pod = Open();
        var random = new Random(13);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(100)];
            random.NextBytes(bytes);
            _fake.Break(random.Next(2) == 0 ? "labels" : "annotations", bytes);
        }

        _fake.SetLabel("env", "last");
        (await pod.UntilAsync(s => s.Labels["env"] == "last")).Labels.Count.ShouldBe(1);
        _log.Lines.ShouldAllBe(l => !l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_volume_that_goes_keeps_its_values_and_comes_back_with_new_ones()
    {
        _fake.SetLabel("env", "production");
        using var pod = Open(o => o.PollInterval = TimeSpan.FromMilliseconds(20));
        _fake.RemoveVolume();
        await Waiting.SoonAsync(() => !pod.Status.Volumes[0].Present, "the volume is seen to be gone");
        await Waiting.SoonAsync(() => pod.Status.Problems.Contains($"{_fake.Directory} is gone; the last values stay until it is back"), "it is said");
        pod.Current.Labels["env"].ShouldBe("production");
        _fake.SetLabel("env", "staging");
        await pod.UntilAsync(s => s.Labels["env"] == "staging");
        await Waiting.SoonAsync(() => pod.Status is { Problems.Count: 0, Volumes: [{ Watching: VolumeWatching.Inotify }] }, "it is watched again");
    }

    [Fact]
    public async Task A_volume_that_comes_after_the_start_is_found()
    {
        _fake.RemoveVolume();
        using var pod = Open(o => o.PollInterval = TimeSpan.FromMilliseconds(20));
        pod.Current.IsInPod.ShouldBeFalse();
        _fake.RestoreVolume();
        (await pod.UntilAsync(s => s.Name == "web-1")).IsInPod.ShouldBeTrue();
    }

    [Fact]
    public async Task A_volume_of_the_options_that_comes_late_to_a_pod_is_said_to_be_missing_until_then()
    {
        using var folder = new Podkit.Testing.TemporaryFolder();
        var directory = Path.Combine(folder.Path, "podinfo");
        var options = Nowhere.Options(new() { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" }, "", directory);
        options.PollInterval = TimeSpan.FromMilliseconds(10);
        using var pod = PodMetadata.Open(options, _log);
        var problem = $"{directory} does not exist: mount the Downward API volume there, or correct PodMetadataOptions.Volumes";
        pod.Status.Volumes[0].Problem.ShouldBe(problem);
        Directory.Move(_fake.Directory, directory); // Whole at once, as a mount is.
        await pod.UntilAsync(s => s.Name == "web-1");
        pod.Status.Problems.ShouldBeEmpty();
        _log.Lines.ShouldHaveSingleItemThat(l => l.StartsWith("Warning", StringComparison.Ordinal)).ShouldBe("Warning: " + problem);
        _log.Lines.ShouldContain($"Information: {directory} can be read again");
    }

    [Fact]
    public void A_volume_that_changes_before_all_is_read_is_not_lost()
    {
        using var second = new FakePod("web-2", "other");
        var options = Nowhere.Options(null, "", _fake.Directory, second.Directory);
        options.DirectoryEvents = new Early(_fake);
        using var pod = PodMetadata.Open(options, _log);
        (pod.Current.Labels["env"], pod.Current.Name).ShouldBe(("early", "web-1"));
        pod.Status.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Exhausted_inotify_is_said_once_and_changes_still_come()
    {
        using var pod = Open(o => (o.DirectoryEvents, o.PollInterval) = (new NoInotify(), TimeSpan.FromMilliseconds(10)));
        _fake.SetLabel("env", "staging");
        await pod.UntilAsync(s => s.Labels["env"] == "staging");
        _fake.SetLabel("env", "production");
        await pod.UntilAsync(s => s.Labels["env"] == "production");
        _log.Lines.Count(l => l.Contains(NoInotify.Reason, StringComparison.Ordinal)).ShouldBe(1);
        _log.Lines.ShouldContain($"Information: {_fake.Directory} is looked at every 0.01 s: {NoInotify.Reason}");
    }

    [Fact]
    public async Task A_callback_that_fails_is_logged_and_stops_nothing()
    {
        using var pod = Open();
        using var registration = ChangeToken.OnChange(() => pod.Changed, () => throw new InvalidOperationException("of the app"));
        _fake.SetLabel("n", "1");
        await pod.UntilAsync(s => s.Labels["n"] == "1");
        _fake.SetLabel("n", "2");
        await pod.UntilAsync(s => s.Labels["n"] == "2");
        await Waiting.SoonAsync(() => _log.Lines.Any(l => l.StartsWith("Error: a callback", StringComparison.Ordinal) && l.Contains("of the app", StringComparison.Ordinal)), "it is logged");
    }

    [Fact]
    public async Task The_end_ends_the_enumerations_and_leaves_the_last_state_and_no_watch()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var pod = Open();
        Inotify.WatchesOn(inode).ShouldBe(1);
        await using var reader = pod.ChangesAsync().GetAsyncEnumerator();
        var next = reader.MoveNextAsync();
        await pod.DisposeAsync();
        (await next).ShouldBeFalse();
        Inotify.WatchesOn(inode).ShouldBe(0);
        pod.Current.Name.ShouldBe("web-1");
        await using var late = pod.ChangesAsync().GetAsyncEnumerator();
        (await late.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_callback_may_dispose_the_metadata()
    {
        var pod = Open();
        using var registration = pod.Changed.RegisterChangeCallback(_ => pod.Dispose(), null);
        await using var reader = pod.ChangesAsync().GetAsyncEnumerator();
        _fake.SetLabel("n", "1");
        (await reader.MoveNextAsync()).ShouldBeTrue();
        (await reader.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_two_volumes_the_first_that_has_a_value_counts()
    {
        using var second = new FakePod("web-2", "other");
        second.SetAnnotation("from", "second");
        using var first = new AtomicVolume();
        first.Write("labels", "env=\"first\"");
        using var pod = PodMetadata.Open(Nowhere.Options(null, "", first.Path, second.Directory));
        (pod.Current.Labels["env"], pod.Current.Name, pod.Current.Annotations["from"]).ShouldBe(("first", "web-2", "second"));
        pod.Current.Origin("metadata.labels")!.Value.Place.ShouldBe(first.Path + "/labels");
        // What it has offered it never takes back in a pod's life: it is on its way out.
        first.Write(new Dictionary<string, string>());
        await Waiting.SoonAsync(() => pod.Status.Problems.Contains($"{first.Path}/labels is gone; the last values stay until it is back"), "it is said");
        pod.Current.Labels["env"].ShouldBe("first");
        first.Write("labels", "env=\"again\"");
        await pod.UntilAsync(s => s.Labels["env"] == "again");
        pod.Status.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Single_labels_of_files_and_options_stand_above_the_map_and_those_of_the_environment_do_not()
    {
        using var volume = new AtomicVolume();
        volume.Write(new Dictionary<string, string> { ["labels"] = "a=\"map\"\nb=\"map\"\nc=\"map\"", ["single"] = "file" });
        var options = Nowhere.Options(new() { ["C"] = "environment", ["D"] = "environment" }, "", volume.Path);
        options.Files["single"] = "metadata.labels['b']";
        options.Values["metadata.labels['a']"] = "option";
        options.Environment["C"] = "metadata.labels['c']";
        options.Environment["D"] = "metadata.labels['d']";
        using var pod = PodMetadata.Open(options);
        string.Join(' ', pod.Current.Labels.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}")).ShouldBe("a=option b=file c=map");
        pod.Current.Origin("metadata.labels['b']")!.Value.Place.ShouldBe(volume.Path + "/single");
    }

    private PodMetadata Open(Action<PodMetadataOptions>? configure = null)
    {
        var options = new PodMetadataOptions();
        _fake.Configure(options);
        configure?.Invoke(options);
        return PodMetadata.Open(options, _log);
    }

    /// <summary>Tells of a change of the first volume when the second is about to be watched.</summary>
    private sealed class Early(FakePod first) : IDirectoryEvents
    {
        private IDirectoryListener? _first;

        public IDisposable? TryWatch(string directory, IDirectoryListener listener, out string problem)
        {
            problem = "";
            if (directory == first.Directory) _first = listener;
            else if (Interlocked.Exchange(ref _first, null) is { } told)
            {
                first.SetLabel("env", "early");
                told.Touched()!.Execute();
            }

            return null;
        }
    }
}
