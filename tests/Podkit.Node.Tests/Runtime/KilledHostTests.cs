using System.Diagnostics;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Runtime;

/// <summary>When the process that runs containers is killed, nothing of them is left.</summary>
public sealed class KilledHostTests
{
    [Theory]
    [InlineData("sandbox", 0u)]
    [InlineData("plain", 0u)]
    [InlineData("sandbox", 65534u)]
    [InlineData("plain", 65534u)]
    public async Task Nothing_survives_a_killed_host(string runtime, uint user)
    {
        if (user != 0 && !Posix.IsRoot) return;
        var marker = "podkit-" + Guid.NewGuid().ToString("N");
        using var directory = new TemporaryDirectory();
        Posix.ChangeMode(directory.Path, 0x1FF);
        using var host = user == 0 ? TestPrograms.StartSelf("run-containers", runtime, directory.Path, marker) : TestPrograms.StartSelfAs(user, "run-containers", runtime, directory.Path, marker);
        var line = await host.StandardOutput.ReadLineAsync();
        line.ShouldBe("running", line is null ? await host.StandardError.ReadToEndAsync() : "");
        SandboxRuntimeTests.ProcessesWith(marker).Count.ShouldBeGreaterThanOrEqualTo(4);
        host.Kill();
        await host.WaitForExitAsync();
        await NothingOfAsync(host.Id, user, marker);
        File.ReadAllText("/proc/mounts").ShouldNotContain(directory.Path);
    }

    /// <summary>A host that is killed while it is about to start a container: at any moment of that.</summary>
    [Theory]
    [InlineData("sandbox", 0u)]
    [InlineData("plain", 0u)]
    [InlineData("sandbox", 65534u)]
    public async Task Nothing_survives_a_host_that_is_killed_while_it_starts_containers(string runtime, uint user)
    {
        if (user != 0 && !Posix.IsRoot) return;
        using var directory = new TemporaryDirectory();
        Posix.ChangeMode(directory.Path, 0x1FF);
        for (var round = 0; round < 6; round++)
        {
            var marker = "podkit-" + Guid.NewGuid().ToString("N");
            using var host = user == 0 ? TestPrograms.StartSelf("start-forever", runtime, directory.Path, marker) : TestPrograms.StartSelfAs(user, "start-forever", runtime, directory.Path, marker);
            var line = await host.StandardOutput.ReadLineAsync();
            line.ShouldBe("starting", line is null ? await host.StandardError.ReadToEndAsync() : "");
            await Task.Delay(round * 3);
            host.Kill();
            await host.WaitForExitAsync();
            await NothingOfAsync(host.Id, user, marker);
        }
    }

    /// <summary>No process and no directory of a host's is left, a moment after it is gone.</summary>
    private static async Task NothingOfAsync(int host, uint user, string marker)
    {
        var clock = Stopwatch.StartNew();
        while ((SandboxRuntimeTests.ProcessesWith(marker).Count > 0 || Directories().Any()) && clock.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(5);
        SandboxRuntimeTests.ProcessesWith(marker).ShouldBeEmpty();
        Directories().ShouldBeEmpty();

        IEnumerable<string> Directories()
        {
            string[] parents = [InstanceDirectory.DefaultParent, InstanceDirectory.DiskParent];
            return parents.Select(parent => parent.Replace($"podkit-{Posix.UserId}", user == 0 ? $"podkit-{Posix.UserId}" : $"podkit-{user}", StringComparison.Ordinal))
                .SelectMany(DirectoryTree.Names).Where(name => name.Contains($"-{host}-", StringComparison.Ordinal));
        }
    }

    /// <summary>The other side: starts one container after the other.</summary>
    internal static async Task<int> StartForeverAsync(string runtime, string directory, string marker)
    {
        var containers = await RuntimeSelector.CreateAsync(Enum.Parse<RuntimeChoice>(runtime, ignoreCase: true), new Silent(), TimeProvider.System, CancellationToken.None);
        var spec = new ContainerSpec
        {
            PodUid = "u",
            PodName = "p",
            PodNamespace = "n",
            Hostname = "p",
            ContainerName = "c",
            Image = "i",
            Command = ["sh", "-c", "sleep 1000; true", marker],
            PodDirectory = directory,
            Resources = new ContainerResources(Pids: 50),
        };
        await (await containers.StartAsync(spec, CancellationToken.None)).DisposeAsync();
        Console.WriteLine("starting");
        for (var running = new List<IContainerProcess>(); running.Count < 100;) running.Add(await containers.StartAsync(spec, CancellationToken.None));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>The other side: starts containers whose processes try to get away, says so, and waits to be killed.</summary>
    internal static async Task<int> RunAsync(string runtime, string directory, string marker)
    {
        var choice = Enum.Parse<RuntimeChoice>(runtime, ignoreCase: true);
        var containers = await RuntimeSelector.CreateAsync(choice, new Silent(), TimeProvider.System, CancellationToken.None);
        var volumes = InstanceDirectory.Create(InstanceDirectory.DefaultParent, "volumes");
        Posix.ChangeMode(Directory.CreateDirectory(Path.Combine(volumes.Path, "locked/deep")).FullName, 0);
        for (var number = 0; number < 2; number++)
        {
            var script = PlainRuntimeTests.Escaping(marker + number);
            var spec = new ContainerSpec
            {
                PodUid = "u",
                PodName = "p",
                PodNamespace = "n",
                Hostname = "p",
                ContainerName = "c" + number,
                Image = "i",
                Command = ["sh", "-c", script],
                PodDirectory = directory,
                Mounts = [new ContainerMount(Directory.CreateDirectory(Path.Combine(directory, "volume")).FullName, "/etc/podinfo", false)],
            };
            var process = await containers.StartAsync(spec, CancellationToken.None);
            using var reader = new StreamReader(process.StandardOutput);
            if (await reader.ReadLineAsync() != "ready") return 1;
        }

        Console.WriteLine("running");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private sealed class Silent : INodeNotices
    {
        public void Say(string text)
        {
        }
    }
}
