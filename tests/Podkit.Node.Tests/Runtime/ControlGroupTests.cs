using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Tests.Runtime;

/// <summary>The groups that are left are the whole process's: other tests' containers have some.</summary>
[CollectionDefinition(nameof(ControlGroupTests), DisableParallelization = true)]
[Collection(nameof(ControlGroupTests))]
public sealed class ControlGroupTests
{
    [Fact]
    public void The_own_groups_of_version_one_are_found_by_controller()
    {
        string[] mounts =
        [
            "30 25 0:26 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory",
            "31 25 0:27 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "32 25 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
            "25 1 8:1 / / rw - ext4 /dev/root rw",
        ];
        string[] groups = ["12:memory:/user.slice", "5:cpu,cpuacct:/docker/abc/deep", "1:name=systemd:/x"];
        var found = ControlGroupMounts.Parse(mounts, groups);
        found.Unified.ShouldBeNull();
        found.Controllers["memory"].ShouldBe("/sys/fs/cgroup/memory/user.slice");
        found.Controllers["cpu"].ShouldBe("/sys/fs/cgroup/cpu,cpuacct/deep");
        found.Controllers["cpuacct"].ShouldBe("/sys/fs/cgroup/cpu,cpuacct/deep");
    }

    [Fact]
    public void The_own_group_of_version_two_is_found()
    {
        string[] mounts = ["26 23 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"];
        var found = ControlGroupMounts.Parse(mounts, ["0::/user.slice/user-1000.slice/session-2.scope"]);
        (found.Unified, found.UnifiedRoot).ShouldBe(("/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope", "/sys/fs/cgroup"));
        ControlGroupMounts.Parse(mounts, ["0::/"]).Unified.ShouldBe("/sys/fs/cgroup");
    }

    [Theory]
    [InlineData("memory", true, "memory.max=67108864 memory.swap.max=0")]
    [InlineData("memory", false, "memory.limit_in_bytes=67108864 memory.memsw.limit_in_bytes=67108864")]
    [InlineData("cpu", true, "cpu.weight=10 cpu.max=50000 100000")]
    [InlineData("cpu", false, "cpu.shares=256 cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000")]
    [InlineData("pids", true, "pids.max=20")]
    public void Limits_are_written_as_a_kubelet_computes_them(string controller, bool unified, string expected) =>
        string.Join(' ', ControlGroupSettings.Of(controller, new ContainerResources(64 << 20, 500, 250, 20), unified).Select(pair => $"{pair.File}={pair.Value}")).ShouldBe(expected);

    [Fact]
    public void Tiny_limits_are_raised_to_what_the_kernel_takes()
    {
        ControlGroupSettings.Of("cpu", new ContainerResources(CpuMillis: 1, CpuRequestMillis: 0), false).ShouldBe([("cpu.shares", "2"), ("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "1000")]);
        ControlGroupSettings.Of("memory", ContainerResources.None, true).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(RuntimeChoice.Sandbox)]
    [InlineData(RuntimeChoice.Plain)]
    public async Task A_container_that_takes_more_memory_than_allowed_is_killed_for_it(RuntimeChoice choice)
    {
        if (!Posix.IsRoot) return;
        await using var containers = await Containers.CreateAsync(choice);
        var spec = containers.Shell("echo started; x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo never") with { Resources = new ContainerResources(MemoryBytes: 32 << 20) };
        var (output, _, exit) = await containers.RunAsync(spec);
        (exit.Reason, exit.ExitCode).ShouldBe(("OOMKilled", 137));
        output.ShouldBe("started\n");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_container_cannot_start_more_processes_than_allowed()
    {
        if (!Posix.IsRoot) return;
        await using var containers = await Containers.CreateAsync(RuntimeChoice.Sandbox);
        var spec = containers.Shell("i=0; while [ $i -lt 30 ]; do sleep 1000 & i=$((i+1)); done; echo never") with { Resources = new ContainerResources(Pids: 10) };
        var (output, error, exit) = await containers.RunAsync(spec);
        exit.ExitCode.ShouldNotBe(0);
        output.ShouldBe("");
        error.ShouldContain("fork");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public void Where_nothing_can_be_limited_it_is_said_once()
    {
        var notices = new List<string>();
        var factory = ControlGroupFactory.CreateWithout(new Notices(notices));
        var spec = new ContainerSpec { PodUid = "u", PodName = "p", PodNamespace = "n", Hostname = "h", ContainerName = "c", Image = "i", Command = ["x"], PodDirectory = "/", Resources = new(MemoryBytes: 1, CpuMillis: 1) };
        factory.Create(spec).ShouldBeNull();
        factory.Create(spec).ShouldBeNull();
        factory.Create(spec with { Resources = ContainerResources.None }).ShouldBeNull();
        notices.ShouldHaveSingleItem().ShouldStartWith("memory and cpu limits are not enforced: ");
    }

    /// <summary>The groups that this process has made and not removed.</summary>
    private static List<string> Leftovers()
    {
        var mounts = ControlGroupMounts.Read();
        return [.. mounts.Controllers.Values.Append(mounts.Unified).OfType<string>().SelectMany(DirectoryTree.Names).Where(name => name.StartsWith($"podkit-{Environment.ProcessId}-", StringComparison.Ordinal) && !name.Contains("probe"))];
    }

    private sealed class Notices(List<string> said) : INodeNotices
    {
        public void Say(string text) => said.Add(text);
    }
}
