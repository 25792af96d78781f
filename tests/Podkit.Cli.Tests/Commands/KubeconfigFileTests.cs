using System.Net;
using System.Net.Sockets;
using Podkit.Cli.Commands;
using Podkit.Cli.Output;

namespace Podkit.Cli.Tests.Commands;

public class KubeconfigFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("podkit-e2e-");

    [Fact]
    public void Only_its_owner_reads_it_and_it_goes_with_the_cluster()
    {
        var path = Path.Combine(folder.FullName, "config");
        using (var file = KubeconfigFile.Choose(path))
        {
            file.Write("apiVersion: v1\n");
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            KubeconfigFile.Choose(path).ShouldNotBeNull();
        }

        folder.GetFiles().ShouldBeEmpty();
    }

    [Fact]
    public void A_file_of_someone_else_is_left_alone()
    {
        var path = Path.Combine(folder.FullName, "config");
        File.WriteAllText(path, "clusters: [mine]\n");
        Should.Throw<CliException>(() => KubeconfigFile.Choose(path)).ExitCode.ShouldBe(2);
        File.ReadAllText(path).ShouldBe("clusters: [mine]\n");
    }

    [Fact]
    public void A_file_that_was_changed_meanwhile_stays()
    {
        var path = Path.Combine(folder.FullName, "config");
        using (var file = KubeconfigFile.Choose(path))
        {
            file.Write("apiVersion: v1\n");
            File.AppendAllText(path, "# kept\n");
        }

        File.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public void Without_a_name_it_has_a_folder_of_its_own_that_goes_too()
    {
        string path;
        using (var file = KubeconfigFile.Choose(null))
        {
            file.Write("apiVersion: v1\n");
            path = file.Path;
            File.Exists(path).ShouldBeTrue();
        }

        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }

    [Fact]
    public void A_file_of_a_cluster_that_runs_is_left_to_it_and_that_of_a_dead_one_is_taken()
    {
        var path = Path.Combine(folder.FullName, "config");
        using (var file = KubeconfigFile.Choose(path)) file.Write("apiVersion: v1\n");
        File.WriteAllText(path, $"# podkit: a local cluster; this file goes with it: process {Environment.ProcessId}\n");
        KubeconfigFile.Choose(path).ShouldNotBeNull();
        File.WriteAllText(path, "# podkit: a local cluster; this file goes with it: process 1\n");
        Should.Throw<CliException>(() => KubeconfigFile.Choose(path)).Message.ShouldContain("(process 1)");
        File.WriteAllText(path, $"# podkit: a local cluster; this file goes with it: process {int.MaxValue}\n");
        KubeconfigFile.Choose(path).ShouldNotBeNull();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_before_anything_runs() =>
        Should.Throw<CliException>(() => KubeconfigFile.Choose(Path.Combine(folder.FullName, "gone", "config"))).ExitCode.ShouldBe(2);

    [Fact]
    public void The_owner_of_a_port_is_found()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        PortOwner.Find(((IPEndPoint)listener.LocalEndpoint).Port)!.ShouldContain($"(pid {Environment.ProcessId})");
        listener.Stop();
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
