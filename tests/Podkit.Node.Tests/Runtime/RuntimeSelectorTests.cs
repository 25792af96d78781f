using Podkit.Node.Runtime.Sandbox;

namespace Podkit.Node.Tests.Runtime;

public sealed class RuntimeSelectorTests
{
    [Fact]
    public async Task The_sandbox_is_chosen_where_it_works()
    {
        await using var runtime = await RuntimeSelector.CreateAsync(RuntimeChoice.Auto, new Notices(), TimeProvider.System, CancellationToken.None);
        runtime.Name.ShouldBe("sandbox");
    }

    [Theory]
    [InlineData("bwrap: No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces.", "kernel.unprivileged_userns_clone=1")]
    [InlineData("bwrap: setting up uid map: Permission denied", "kernel.apparmor_restrict_unprivileged_userns=0")]
    [InlineData("bwrap: Creating new namespace failed: Operation not permitted", "run as root")]
    [InlineData("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "systempaths=unconfined")]
    [InlineData("bwrap: something else", "bubblewrap cannot create a sandbox (bwrap: something else)")]
    public void Every_reason_against_says_what_to_do(string message, string advice) => SandboxProbe.Explain(message).ShouldContain(advice);

    /// <summary>A machine whose kernel forbids namespaces: one where their number is limited to none.</summary>
    [Fact]
    public async Task Without_namespaces_containers_are_plain_and_the_warning_says_why()
    {
        const string forbid = "echo 0 > /proc/sys/user/max_pid_namespaces && echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"";
        var output = await TestPrograms.RunAsync("unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", "dotnet", "exec", typeof(Program).Assembly.Location, "choose-runtime");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("plain");
        lines[1].ShouldStartWith("the runtime sandbox cannot be used: the kernel does not allow this user to create namespaces (bwrap: ");
        lines[1].ShouldEndWith("; or use --runtime plain");
        lines[2].ShouldBe("from the container");
        lines[3].ShouldContain("PODKIT_VOLUMES");
        lines[3].ShouldContain("because the kernel does not allow this user to create namespaces");
    }

    /// <summary>Root of a user namespace, as in a container without root: not the root that may do everything.</summary>
    [Fact]
    public async Task Root_of_a_user_namespace_has_sandboxes_too()
    {
        var output = await TestPrograms.RunAsync("unshare", "--user", "--map-root-user", "--mount", "dotnet", "exec", typeof(Program).Assembly.Location, "choose-runtime");
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["sandbox", "from the container"]);
    }

    /// <summary>The other side: says which runtime it gets, and runs a container with it.</summary>
    internal static async Task<int> RunAsync()
    {
        var notices = new Notices();
        await using var runtime = await RuntimeSelector.CreateAsync(RuntimeChoice.Auto, notices, TimeProvider.System, CancellationToken.None);
        Console.WriteLine(runtime.Name);
        if (runtime.Name == "plain")
        {
            var failure = await Should.ThrowAsync<InvalidOperationException>(() => RuntimeSelector.CreateAsync(RuntimeChoice.Sandbox, notices, TimeProvider.System, CancellationToken.None));
            Console.WriteLine(failure.Message);
        }

        using var directory = new TemporaryDirectory();
        var spec = new ContainerSpec
        {
            PodUid = "u",
            PodName = "p",
            PodNamespace = "n",
            Hostname = "p",
            ContainerName = "c",
            Image = "i",
            Command = ["sh", "-c", "echo from the container"],
            PodDirectory = directory.Path,
            Mounts = [new ContainerMount(directory.Sub("volume"), "/etc/podinfo", true)],
        };
        await using (var process = await runtime.StartAsync(spec, CancellationToken.None))
        {
            Console.Write(await Containers.ReadAsync(process.StandardOutput));
            (await process.Completion).ExitCode.ShouldBe(0, await Containers.ReadAsync(process.StandardError));
        }

        foreach (var text in notices.Said.Where(text => !text.Contains("limits"))) Console.WriteLine(text);
        return 0;
    }

    private sealed class Notices : INodeNotices
    {
        public List<string> Said { get; } = [];

        public void Say(string text) => Said.Add(text);
    }
}
