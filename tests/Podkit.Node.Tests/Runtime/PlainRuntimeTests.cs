using System.Text;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Runtime;

public sealed class PlainRuntimeTests : IAsyncLifetime
{
    private Containers _containers = null!;

    public async Task InitializeAsync() => _containers = await Containers.CreateAsync(RuntimeChoice.Plain);

    public async Task DisposeAsync() => await _containers.DisposeAsync();

    [Fact]
    public async Task Mount_paths_appear_below_the_directory_that_the_environment_names()
    {
        var spec = _containers.Shell("cd $PODKIT_VOLUMES; cat etc/podinfo/labels var/run/secrets/kubernetes.io/serviceaccount/token outer/a outer/inner/b etc/hostname; touch data/written") with
        {
            Mounts =
            [
                new ContainerMount(_containers.Volume("info", ("labels", "L\n")), "/etc/podinfo", true),
                new ContainerMount(_containers.Volume("token", ("token", "T\n")), "/var/run/secrets/kubernetes.io/serviceaccount", true),
                new ContainerMount(_containers.Volume("outer", ("a", "A\n")), "/outer", true),
                new ContainerMount(_containers.Volume("inner", ("b", "B\n")), "/outer/inner/", true),
                new ContainerMount(_containers.Volume("data"), "/data", false),
            ],
        };
        (await _containers.OutputAsync(spec)).ShouldBe("L\nT\nA\nB\nweb-0\n");
        File.Exists(Path.Combine(_containers.PodDirectory, "data/written")).ShouldBeTrue();
        Directory.Exists(Path.Combine(_containers.PodDirectory, "outer/inner")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_warning_names_the_variable_and_comes_once()
    {
        var notices = new Notices();
        await using var runtime = await RuntimeSelector.CreateAsync(RuntimeChoice.Plain, notices, TimeProvider.System, CancellationToken.None);
        for (var round = 0; round < 2; round++) await (await runtime.StartAsync(_containers.Shell("true"), CancellationToken.None)).DisposeAsync();
        notices.Said.ShouldHaveSingleItem().ShouldStartWith("plain runtime: volumes are not at their mount paths but below the directory that PODKIT_VOLUMES names");
    }

    [Theory]
    [InlineData("exit 0", 0, "Completed")]
    [InlineData("exit 3", 3, "Error")]
    [InlineData("kill -TERM $$", 143, "Error")]
    [InlineData("kill -KILL $$", 137, "Error")]
    public async Task Exit_codes_are_right(string script, int code, string reason)
    {
        var exit = (await _containers.RunAsync(_containers.Shell(script))).Exit;
        (exit.ExitCode, exit.Reason).ShouldBe((code, reason));
    }

    [Fact]
    public async Task Changes_of_a_volume_are_seen_at_once()
    {
        var volume = _containers.Volume("info");
        var writer = new Podkit.Node.Volumes.AtomicVolumeWriter(volume, TimeProvider.System);
        writer.Write([new("labels", "one"u8.ToArray(), 0x1A4)], Podkit.Node.Volumes.GroupOwnership.None);
        var spec = _containers.Shell("cd $PODKIT_VOLUMES/etc/podinfo/; cat labels; echo; while [ \"$(cat labels)\" = one ]; do :; done; cat labels; echo") with
        {
            Mounts = [new ContainerMount(volume, "/etc/podinfo", true)],
        };
        await using var process = await _containers.StartAsync(spec);
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("one");
        writer.Write([new("labels", "two"u8.ToArray(), 0x1A4)], Podkit.Node.Volumes.GroupOwnership.None);
        (await reader.ReadLineAsync()).ShouldBe("two");
    }

    [Fact]
    public async Task A_signal_reaches_the_main_process_and_the_terminals_do_not()
    {
        await using var process = await _containers.StartAsync(_containers.Shell("trap 'echo got; exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("ready");
        Podkit.Node.Runtime.Plain.ProcessTable.All().Single(entry => entry.Id == process.Pid).Session.ShouldBe(process.Pid);
        await process.SignalAsync(15);
        (await reader.ReadLineAsync()).ShouldBe("got");
        (await process.Completion).ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task Killing_ends_everything_that_the_container_started()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        await using var process = await _containers.StartAsync(_containers.Shell(Escaping(marker)));
        using var reader = new StreamReader(process.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("ready");
        SandboxRuntimeTests.ProcessesWith(marker).Count.ShouldBeGreaterThanOrEqualTo(3);
        await process.KillAsync();
        SandboxRuntimeTests.ProcessesWith(marker).ShouldBeEmpty();
        (await process.Completion).ExitCode.ShouldBe(137);
        (await reader.ReadToEndAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Nothing_is_left_when_the_main_process_ends_before_the_others()
    {
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        await using var process = await _containers.StartAsync(_containers.Shell($"setsid sh -c 'trap \"\" HUP; sleep 1000; true' {marker} & exit 5"));
        (await process.Completion).ExitCode.ShouldBe(5);
        SandboxRuntimeTests.ProcessesWith(marker).ShouldBeEmpty();
        await process.DisposeAsync();
        Directory.EnumerateFileSystemEntries(Path.Combine(_containers.PodDirectory, "runtime")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_runs_beside_the_container_in_its_environment()
    {
        var spec = _containers.Shell("echo ready; sleep 1000") with { Environment = [new("NAME", "value")], WorkingDirectory = "/data", Mounts = [new ContainerMount(_containers.Volume("data"), "/data", false)] };
        await using var process = await _containers.StartAsync(spec);
        var output = new MemoryStream();
        var exec = new ContainerExec { Command = ["sh", "-c", "echo $NAME; pwd; cat; exit 4"], StandardInput = new MemoryStream("typed\n"u8.ToArray()), StandardOutput = output };
        (await process.ExecAsync(exec, CancellationToken.None)).ShouldBe(4);
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe($"value\n{_containers.PodDirectory}/data\ntyped\n");
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        var slow = new ContainerExec { Command = ["sh", "-c", $"sh -c 'sleep 1000; true' {marker}; true"], Timeout = TimeSpan.FromMilliseconds(200) };
        await Should.ThrowAsync<TimeoutException>(() => process.ExecAsync(slow, CancellationToken.None));
        SandboxRuntimeTests.ProcessesWith(marker).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_program_may_lie_in_a_volume()
    {
        var volume = _containers.Volume("scripts", ("run.sh", "#!/bin/sh\necho from volume\n"));
        Posix.ChangeMode(Path.Combine(volume, "run.sh"), 0x1ED);
        (await _containers.OutputAsync(_containers.Spec("/scripts/run.sh") with { Mounts = [new ContainerMount(volume, "/scripts", true)] })).ShouldBe("from volume\n");
    }

    [Fact]
    public async Task Commands_and_directories_that_are_not_there_are_said_so()
    {
        (await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(_containers.Spec("no-such-program")))).Message.ShouldBe("exec: \"no-such-program\": executable file not found in $PATH");
        (await Should.ThrowAsync<ContainerStartException>(() => _containers.StartAsync(_containers.Shell("true") with { WorkingDirectory = "/no/such" }))).Message.ShouldContain("/no/such");
    }

    [Fact]
    public async Task Root_runs_a_container_as_the_user_asked_for_with_access_to_its_volumes()
    {
        if (!Posix.IsRoot) return;
        var spec = _containers.Shell("id -u; id -g; cat $PODKIT_VOLUMES/data/file; echo x > /dev/stdout") with
        {
            RunAsUser = 1234,
            RunAsGroup = 2345,
            Mounts = [new ContainerMount(_containers.Volume("data", ("file", "f\n")), "/data", true)],
        };
        (await _containers.OutputAsync(spec)).ShouldBe("1234\n2345\nf\nx\n");
    }

    [Fact]
    public async Task The_watchdog_goes_with_its_runtime()
    {
        var runtime = (Podkit.Node.Runtime.Plain.PlainRuntime)await RuntimeSelector.CreateAsync(RuntimeChoice.Plain, new Notices(), TimeProvider.System, CancellationToken.None);
        await runtime.PrepareAsync(CancellationToken.None);
        var watchdog = runtime.WatchdogPid.ShouldNotBeNull();
        Directory.Exists($"/proc/{watchdog}").ShouldBeTrue();
        await runtime.DisposeAsync();
        Directory.Exists($"/proc/{watchdog}").ShouldBeFalse();
    }

    /// <summary>A script whose processes try to get away: in sessions of their own, as orphans, deaf to signals.</summary>
    /// <remarks>Who has neither mark nor session ("env -i") is found by a control group only, and not every user has one.</remarks>
    internal static string Escaping(string marker) =>
        $"trap '' TERM HUP; setsid sh -c '(setsid sh -c \"sleep 1000; true\" {marker} &) ; sleep 1000; true' {marker} & sh -c 'sleep 1000; true' {marker} & ({(Posix.IsRoot ? "env -i " : "")}setsid sh -c 'sleep 1000; true' {marker} &) ; "
        + $"while [ $(grep -l {marker} /proc/[0-9]*/cmdline 2>/dev/null | wc -l) -lt 5 ]; do sleep 0.01; done; echo ready; sleep 1000";

    private sealed class Notices : INodeNotices
    {
        public List<string> Said { get; } = [];

        public void Say(string text) => Said.Add(text);
    }
}
