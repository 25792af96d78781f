using System.Text;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Runtime;

/// <summary>The sandbox as somebody who is not root. CI runs as root: the test starts itself as another user.</summary>
public sealed class OtherUserTests
{
    [Fact]
    public async Task A_sandbox_works_without_root()
    {
        using var directory = new TemporaryDirectory();
        Posix.ChangeMode(directory.Path, 0x1FF);
        using var process = Posix.IsRoot ? TestPrograms.StartSelfAs(65534, "sandbox-as-user", directory.Path) : TestPrograms.StartSelf("sandbox-as-user", directory.Path);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        (await output).Trim().ShouldBe("ok", await error);
    }

    /// <summary>The other side.</summary>
    internal static async Task<int> RunAsync(string directory)
    {
        Posix.IsRoot.ShouldBeFalse();
        await using (var runtime = await RuntimeSelector.CreateAsync(RuntimeChoice.Sandbox, new Silent(), TimeProvider.System, CancellationToken.None))
        {
            var volume = Directory.CreateDirectory(Path.Combine(directory, "volume")).FullName;
            await File.WriteAllTextAsync(Path.Combine(volume, "labels"), "a=1\n");
            var token = Path.Combine(volume, "token");
            await File.WriteAllTextAsync(token, "t\n");
            Posix.ChangeMode(token, 0x180);
            const string script = "hostname; id -u; cat /etc/podinfo/labels /etc/podinfo/token /var/run/secrets/x/labels /config/labels; touch /etc/podinfo/x 2>/dev/null || echo ro; touch /data/x && echo rw; "
                + "test -r /etc/passwd && test -e /etc/shadow && echo etc; kill -0 1 && echo pids; echo ready; exec sleep 1000";
            var spec = new ContainerSpec
            {
                PodUid = "u",
                PodName = "p",
                PodNamespace = "n",
                Hostname = "mine",
                ContainerName = "c",
                Image = "i",
                Command = ["sh", "-c", script],
                PodDirectory = directory,
                RunAsUser = 4321,
                Mounts =
                [
                    new(volume, "/etc/podinfo", true), new(volume, "/var/run/secrets/x", true), new(volume, "/config", true), new(Directory.CreateDirectory(Path.Combine(directory, "data")).FullName, "/data", false),
                ],
            };
            await using var process = await runtime.StartAsync(spec, CancellationToken.None);
            using var reader = new StreamReader(process.StandardOutput);
            foreach (var line in new[] { "mine", "4321", "a=1", "t", "a=1", "t", "a=1" }.Where((_, index) => index is not 5).Append("ro").Append("rw").Append("etc").Append("pids").Append("ready"))
                (await reader.ReadLineAsync()).ShouldBe(line);
            await CheckExecAsync(process);
            await process.SignalAsync(15);
            (await process.Completion).ExitCode.ShouldBe(143);
        }

        DirectoryTree.Names(Path.Combine(directory, "runtime")).ShouldBeEmpty();
        Console.WriteLine("ok");
        return 0;
    }

    private static async Task CheckExecAsync(IContainerProcess process)
    {
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var exec = new ContainerExec { Command = ["sh", "-c", "hostname; id -u; cat /etc/podinfo/token; exit 3"], StandardOutput = output, StandardError = error };
        (await process.ExecAsync(exec, CancellationToken.None)).ShouldBe(3, Encoding.UTF8.GetString(error.ToArray()));
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe("mine\n4321\nt\n");
    }

    private sealed class Silent : INodeNotices
    {
        public void Say(string text)
        {
        }
    }
}
