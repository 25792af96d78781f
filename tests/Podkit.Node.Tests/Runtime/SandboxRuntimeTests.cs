using System.Diagnostics;
using System.Text;
using Podkit.Node.Interop;
using Xunit.Abstractions;

namespace Podkit.Node.Tests.Runtime;

public sealed class SandboxRuntimeTests(ITestOutputHelper log) : IAsyncLifetime
{
    private Containers _containers = null!;

    public async Task InitializeAsync() => _containers = await Containers.CreateAsync(RuntimeChoice.Sandbox);

    public async Task DisposeAsync() => await _containers.DisposeAsync();

    [Fact]
    public async Task A_container_has_its_own_host_name_processes_and_tmp()
    {
        var output = await _containers.OutputAsync(_containers.Shell("hostname; cat /etc/hostname; echo $HOSTNAME; ls -A /tmp | wc -l; set -- /proc/[0-9]*; echo $#; echo $$; touch /tmp/x && echo wrote"));
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["web-0", "web-0", "web-0", "0", "2", "2", "wrote"]);
    }

    [Fact]
    public async Task Volumes_are_at_their_real_paths_whether_or_not_these_exist_here()
    {
        string[] paths = ["/etc/podinfo", "/var/run/secrets/kubernetes.io/serviceaccount", "/config", "/opt/not/here", "/var/lib/app", "/usr/share/app", "/mnt", "/tmp/a/b", "/dev/shm", "/srv/x"];
        var mounts = paths.Select((path, index) => new ContainerMount(_containers.Volume($"v{index}", ("file", path)), path, ReadOnly: index % 2 == 0)).ToList();
        var script = string.Join("; ", paths.Select(path => $"cat {path}/file; echo; touch {path}/new 2>/dev/null && echo rw || echo ro"));
        var output = await _containers.OutputAsync(_containers.Shell(script) with { Mounts = mounts });
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(paths.SelectMany((path, index) => new[] { path, index % 2 == 0 ? "ro" : "rw" }));
        foreach (var path in new[] { "/etc/podinfo", "/config", "/opt/not", "/var/lib/app", "/srv/x" }) Directory.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task Everything_of_etc_is_still_there_when_a_volume_is_mounted_in_it()
    {
        var mounts = new[] { new ContainerMount(_containers.Volume("info", ("labels", "a")), "/etc/podinfo", true) };
        var format = Posix.IsRoot ? "%p %m %y %l %U %G\\n" : "%p %y %l\\n";
        var script = $"cd /etc; find . -mindepth 1 -path ./podinfo -prune -o -mindepth 1 -printf '{format}' | grep -v -e '^./hosts ' -e '^./hostname ' | sort; sha256sum passwd group";
        var inside = await _containers.OutputAsync(_containers.Shell(script) with { Mounts = mounts });
        inside.ShouldBe(await TestPrograms.RunAsync("sh", "-c", script));
    }

    [Fact]
    public async Task The_root_is_read_only_and_hosts_are_the_pods_own()
    {
        var spec = _containers.Shell("touch /etc/x 2>/dev/null || echo denied; touch /usr/x 2>/dev/null || echo denied; getent hosts kubernetes.default.svc; head -1 /etc/hosts") with
        {
            Hosts = [new HostsEntry("127.0.0.9", ["kubernetes", "kubernetes.default.svc"])],
        };
        (await _containers.OutputAsync(spec)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ShouldBe(["denied", "denied", "127.0.0.9", "#"]);
    }

    [Fact]
    public async Task A_read_only_root_includes_tmp_but_not_volumes()
    {
        var spec = _containers.Shell("touch /tmp/x 2>/dev/null || echo denied; touch /data/x && echo wrote") with
        {
            ReadOnlyRootFilesystem = true,
            Mounts = [new ContainerMount(_containers.Volume("data"), "/data", false)],
        };
        (await _containers.OutputAsync(spec)).ShouldBe("denied\nwrote\n");
    }

    [Fact]
    public async Task Changes_of_a_volume_are_seen_at_once_inside()
    {
        var volume = _containers.Volume("info");
        var writer = new Podkit.Node.Volumes.AtomicVolumeWriter(volume, TimeProvider.System);
        writer.Write([new("labels", Encoding.UTF8.GetBytes("one"), 0x1A4)], Podkit.Node.Volumes.GroupOwnership.None);
        var spec = _containers.Shell("cat /etc/podinfo/labels; echo; while [ \"$(cat /etc/podinfo/labels)\" = one ]; do :; done; cat /etc/podinfo/labels; echo") with
        {
            Mounts = [new ContainerMount(volume, "/etc/podinfo", true)],
        };
        await using var process = await _containers.StartAsync(spec);
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("one");
        writer.Write([new("labels", Encoding.UTF8.GetBytes("two"), 0x1A4)], Podkit.Node.Volumes.GroupOwnership.None);
        (await reader.ReadLineAsync()).ShouldBe("two");
        (await process.Completion).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("exit 0", 0, "Completed")]
    [InlineData("exit 3", 3, "Error")]
    [InlineData("kill -TERM $$", 143, "Error")]
    [InlineData("kill -KILL $$", 137, "Error")]
    [InlineData("kill -SEGV $$", 139, "Error")]
    public async Task Exit_codes_are_right(string script, int code, string reason)
    {
        var exit = (await _containers.RunAsync(_containers.Shell(script))).Exit;
        (exit.ExitCode, exit.Reason).ShouldBe((code, reason));
    }

    [Fact]
    public async Task Output_streams_are_separate_and_complete()
    {
        var (output, error, _) = await _containers.RunAsync(_containers.Shell("i=0; while [ $i -lt 20000 ]; do echo line$i; i=$((i+1)); done; echo last; echo problem >&2"));
        output.Split('\n').Length.ShouldBe(20002);
        output.ShouldEndWith("line19999\nlast\n");
        error.ShouldBe("problem\n");
    }

    [Fact]
    public async Task A_signal_reaches_the_main_process()
    {
        await using var process = await _containers.StartAsync(_containers.Shell("trap 'echo got; exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("ready");
        await process.SignalAsync(15);
        (await reader.ReadLineAsync()).ShouldBe("got");
        (await process.Completion).ExitCode.ShouldBe(7);
        await process.SignalAsync(15);
    }

    [Fact]
    public async Task Killing_ends_everything_in_the_container()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        var spec = _containers.Shell($"trap '' TERM HUP; (setsid sh -c 'exec -a {marker} sleep 1000' &) 2>/dev/null; setsid sleep 1000 {marker} & sh -c 'trap \"\" TERM; echo ready; sleep 1000; true' {marker}");
        await using var process = await _containers.StartAsync(spec);
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("ready");
        ProcessesWith(marker).ShouldNotBeEmpty();
        await process.KillAsync();
        (await process.Completion).ExitCode.ShouldBe(137);
        ProcessesWith(marker).ShouldBeEmpty();
        (await reader.ReadToEndAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Nothing_is_left_when_the_main_process_ends_before_the_others()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        var process = await _containers.StartAsync(_containers.Shell($"setsid sh -c 'sleep 1000; true' {marker} & exit 5"));
        (await process.Completion).ExitCode.ShouldBe(5);
        await process.DisposeAsync();
        ProcessesWith(marker).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(_containers.PodDirectory, "runtime")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_environment_is_the_containers_own()
    {
        var spec = _containers.Spec("env") with { Environment = [new("GREETING", "a=b\nc"), new("EMPTY", ""), new("LD_LIBRARY_PATH", "/nowhere")] };
        var output = await _containers.OutputAsync(spec);
        output.ShouldContain("GREETING=a=b\nc\n");
        output.ShouldContain("EMPTY=\n");
        output.ShouldContain("LD_LIBRARY_PATH=/nowhere\n");
        output.ShouldContain("PATH=/");
        output.ShouldNotContain("DOTNET_CLI");
    }

    [Theory]
    [InlineData("no-such-program", "exec: \"no-such-program\": executable file not found in $PATH")]
    [InlineData("/no/such", "exec: \"/no/such\": stat /no/such: no such file or directory")]
    [InlineData("/etc/passwd", "exec: \"/etc/passwd\": permission denied")]
    [InlineData("/etc", "exec: \"/etc\": is a directory")]
    public async Task A_command_that_cannot_be_executed_is_said_so(string command, string message)
    {
        var failure = await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(_containers.Spec(command)));
        (failure.Reason, failure.Message).ShouldBe(("StartError", message));
        Directory.EnumerateFileSystemEntries(Path.Combine(_containers.PodDirectory, "runtime")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_program_ends_with_a_start_error()
    {
        var program = Path.Combine(_containers.Volume("bin"), "broken");
        await File.WriteAllTextAsync(program, "#!/no/such/interpreter\n");
        Posix.ChangeMode(program, 0x1ED);
        var spec = _containers.Spec("/app/broken") with { Mounts = [new ContainerMount(Path.GetDirectoryName(program)!, "/app", true)] };
        var exit = (await _containers.RunAsync(spec)).Exit;
        (exit.ExitCode, exit.Reason).ShouldBe((128, "StartError"));
    }

    [Fact]
    public async Task A_mount_that_cannot_be_made_is_said_so()
    {
        var spec = _containers.Shell("true") with { Mounts = [new ContainerMount(_containers.Volume("v"), "/etc/passwd", true)] };
        var failure = await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(spec));
        failure.Reason.ShouldBe("CreateContainerError");
        spec = _containers.Shell("true") with { Mounts = [new ContainerMount("/never/there", "/data", true)] };
        (await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(spec))).Message.ShouldContain("/never/there");
    }

    [Fact]
    public async Task A_working_directory_is_made_when_it_is_missing()
    {
        (await _containers.OutputAsync(_containers.Shell("pwd") with { WorkingDirectory = "/app/here" })).ShouldBe("/app/here\n");
        (await _containers.OutputAsync(_containers.Shell("pwd") with { WorkingDirectory = "/usr/bin" })).ShouldBe("/usr/bin\n");
        (await _containers.OutputAsync(_containers.Shell("pwd"))).ShouldBe("/\n");
    }

    [Fact]
    public async Task Last_words_reach_the_termination_message_file()
    {
        var file = Path.Combine(_containers.PodDirectory, "last-words");
        await _containers.OutputAsync(_containers.Shell("echo bye > /dev/termination-log") with { TerminationMessageFile = file });
        (await File.ReadAllTextAsync(file)).ShouldBe("bye\n");
        await _containers.OutputAsync(_containers.Shell("echo again > /var/log/app/words") with { TerminationMessageFile = file, TerminationMessagePath = "/var/log/app/words" });
        (await File.ReadAllTextAsync(file)).ShouldBe("again\n");
    }

    [Fact]
    public async Task A_program_of_this_machines_tmp_runs_in_place_of_an_image()
    {
        using var directory = new TemporaryDirectory("/tmp");
        var program = Path.Combine(directory.Path, "my-build");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho built here\n");
        Posix.ChangeMode(program, 0x1ED);
        (await _containers.OutputAsync(_containers.Spec(program))).ShouldBe("built here\n");
    }

    [Fact]
    public async Task A_command_in_a_running_container_sees_what_the_container_sees()
    {
        var spec = _containers.Shell("touch /tmp/inside; echo ready; sleep 1000") with
        {
            Mounts = [new ContainerMount(_containers.Volume("info", ("labels", "a=1")), "/etc/podinfo", true)],
            Environment = [new("NAME", "value")],
            WorkingDirectory = "/etc/podinfo",
        };
        await using var process = await _containers.StartAsync(spec);
        using var reader = new StreamReader(process.StandardOutput);
        await reader.ReadLineAsync();
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var exec = new ContainerExec
        {
            Command = ["sh", "-c", "cat labels; ls /tmp; hostname; echo $NAME; pwd; cat; echo oops >&2; exit 4"],
            StandardInput = new MemoryStream("typed\n"u8.ToArray()),
            StandardOutput = output,
            StandardError = error,
        };
        (await process.ExecAsync(exec, CancellationToken.None)).ShouldBe(4);
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe("a=1inside\nweb-0\nvalue\n/etc/podinfo\ntyped\n");
        Encoding.UTF8.GetString(error.ToArray()).ShouldBe("oops\n");
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_killed_with_all_it_started()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        await using var process = await _containers.StartAsync(_containers.Shell("sleep 1000"));
        var exec = new ContainerExec { Command = ["sh", "-c", $"sh -c 'sleep 1000; true' {marker}; true"], Timeout = TimeSpan.FromMilliseconds(200) };
        await Should.ThrowAsync<TimeoutException>(() => process.ExecAsync(exec, CancellationToken.None));
        ProcessesWith(marker).ShouldBeEmpty();
        (await Should.ThrowAsync<ContainerStartException>(() => process.ExecAsync(new ContainerExec { Command = ["nope"] }, CancellationToken.None))).Message.ShouldContain("not found in $PATH");
        await process.KillAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => process.ExecAsync(new ContainerExec { Command = ["true"] }, CancellationToken.None));
    }

    [Fact]
    public async Task A_user_who_is_not_root_reaches_volumes_whose_mount_paths_had_to_be_made()
    {
        var volume = _containers.Volume("open", ("f", "x\n"));
        var spec = _containers.Shell("cat /one/two/f /var/run/secrets/kubernetes.io/serviceaccount/f; stat -c %a /one /run/secrets /run/secrets/kubernetes.io") with
        {
            RunAsUser = 1234,
            Mounts = [new ContainerMount(volume, "/one/two", true), new ContainerMount(volume, "/var/run/secrets/kubernetes.io/serviceaccount", true)],
        };
        (await _containers.OutputAsync(spec)).ShouldBe("x\nx\n755\n755\n755\n");
    }

    [Fact]
    public async Task A_container_runs_as_the_user_and_the_groups_asked_for()
    {
        var spec = _containers.Shell("id -u; id -g; id -G; echo x > /dev/stdout; cat /data/secret") with
        {
            RunAsUser = 1234,
            RunAsGroup = 2345,
            FsGroup = 3456,
            SupplementalGroups = [4567],
            Mounts = [new ContainerMount(_containers.Volume("data", ("secret", "s")), "/data", true)],
        };
        var output = (await _containers.OutputAsync(spec)).Split('\n');
        output[0].ShouldBe("1234");
        output[1].ShouldBe("2345");
        if (Posix.IsRoot) output[2].Split(' ').ShouldBe(["2345", "4567", "3456"], ignoreOrder: true);
        output[3..].ShouldBe(["x", "s"]);
    }

    [Fact]
    public async Task Root_in_a_container_has_only_a_containers_capabilities()
    {
        if (!Posix.IsRoot) return;
        var output = await _containers.OutputAsync(_containers.Shell("grep CapEff /proc/self/status; mount -o remount,rw / 2>/dev/null || echo denied"));
        output.ShouldContain("CapEff:\t00000000a80425fb\n");
        output.ShouldEndWith("denied\n");
        var user = await _containers.OutputAsync(_containers.Shell("grep -e CapEff -e CapInh -e CapAmb /proc/self/status") with { RunAsUser = 1234 });
        user.ShouldBe("CapInh:\t0000000000000000\nCapEff:\t0000000000000000\nCapAmb:\t0000000000000000\n");
        await using var process = await _containers.StartAsync(_containers.Shell("sleep 1000"));
        var exec = new MemoryStream();
        await process.ExecAsync(new ContainerExec { Command = ["grep", "CapEff", "/proc/self/status"], StandardOutput = exec }, CancellationToken.None);
        Encoding.UTF8.GetString(exec.ToArray()).ShouldBe("CapEff:\t00000000a80425fb\n");
    }

    [Fact]
    public async Task Starting_takes_less_than_thirty_milliseconds()
    {
        await _containers.Runtime.PrepareAsync(CancellationToken.None);
        var spec = _containers.Shell("echo first") with
        {
            Mounts =
            [
                new ContainerMount(_containers.Volume("info", ("labels", "a=1")), "/etc/podinfo", true),
                new ContainerMount(_containers.Volume("token", ("token", "t")), "/var/run/secrets/kubernetes.io/serviceaccount", true),
            ],
        };
        var (times, ordinary) = (new List<double>(), new List<double>());
        var clock = Stopwatch.StartNew();

        // The best of some counts, and on a machine that is busy with other things what an ordinary program takes there.
        while (times.Count < 5 || (times.Min() >= Limit() && clock.Elapsed < TimeSpan.FromSeconds(20)))
        {
            var start = Stopwatch.GetTimestamp();
            await using (var process = await _containers.StartAsync(spec)) await FirstLineAsync(process.StandardOutput);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            using (var program = TestPrograms.Start(["sh", "-c", "echo first"])) await FirstLineAsync(program.StandardOutput.BaseStream);
            ordinary.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        log.WriteLine($"{string.Join(' ', times.Select(time => time.ToString("0.0")))}; ordinary programs: {string.Join(' ', ordinary.Select(time => time.ToString("0.0")))}");
        times.Min().ShouldBeLessThan(Limit());

        double Limit() => ordinary.Count == 0 ? 30.0 : Math.Max(30.0, 10 * ordinary.Min());

        static async Task FirstLineAsync(Stream stream)
        {
            using var reader = new StreamReader(stream);
            (await reader.ReadLineAsync()).ShouldBe("first");
        }
    }

    [Fact]
    public async Task Many_containers_start_at_once()
    {
        var exits = await Task.WhenAll(Enumerable.Range(0, 60).Select(async number => (number, (await _containers.RunAsync(_containers.Shell($"exit {number}"))).Exit.ExitCode)));
        exits.ShouldAllBe(pair => pair.number == pair.ExitCode);
    }

    [Fact]
    public async Task A_start_that_is_cancelled_leaves_nothing()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        foreach (var delay in new[] { 0, 1, 2, 4, 8, 16, 1000 })
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            try
            {
                await using var process = await _containers.Runtime.StartAsync(_containers.Shell($"sh -c 'sleep 1000; true' {marker}"), cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                cancellation.IsCancellationRequested.ShouldBeTrue();
            }
        }

        ProcessesWith(marker).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(_containers.PodDirectory, "runtime")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_container_has_no_file_open_that_is_not_its_own() =>
        (await _containers.OutputAsync(_containers.Shell("ls /proc/self/fd"))).ShouldBe("0\n1\n2\n3\n");

    [Fact]
    public async Task Capabilities_may_be_dropped_and_added()
    {
        if (!Posix.IsRoot) return;
        var spec = _containers.Shell("grep CapEff /proc/self/status");
        (await _containers.OutputAsync(spec with { DroppedCapabilities = ["ALL"], AddedCapabilities = ["NET_BIND_SERVICE"] })).ShouldBe("CapEff:\t0000000000000400\n");
        (await _containers.OutputAsync(spec with { DroppedCapabilities = ["ALL"] })).ShouldBe("CapEff:\t0000000000000000\n");
        (await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(spec with { AddedCapabilities = ["FLY"] }))).Message.ShouldBe("unknown capability \"FLY\"");
    }

    internal static List<int> ProcessesWith(string marker)
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(directory, "cmdline")).Contains(marker)) found.Add(int.Parse(Path.GetFileName(directory)));
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return found;
    }
}
