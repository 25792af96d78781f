using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Podkit.Bench;

/// <summary><c>./podkit run</c> as a user starts it, with its output line by line.</summary>
internal sealed partial class Cluster : IAsyncDisposable
{
    private readonly Process process;
    private readonly DirectoryInfo directory;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly List<string> seen = [];

    private Cluster(Process process, DirectoryInfo directory, string kubeconfig)
    {
        this.process = process;
        this.directory = directory;
        Kubeconfig = kubeconfig;
    }

    public string Kubeconfig { get; }

    /// <summary>The process of the API server and the node; the launcher has replaced itself by it.</summary>
    public int Pid => process.Id;

    /// <summary>Builds podkit if it has to be built, as its launcher does whatever it is asked, and however long that takes: a cluster then comes up within its time.</summary>
    public static async Task BuildAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "podkit"), ["version"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("podkit did not start");
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException("podkit could not be built: what it printed says why");
    }

    /// <summary>Starts <c>podkit run</c> on one manifest.</summary>
    public static Cluster Start(string manifest, params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("podkit-bench-");
        File.WriteAllText(Path.Combine(directory.FullName, "pod.yaml"), manifest);
        var kubeconfig = Path.Combine(directory.FullName, "kubeconfig");
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "podkit")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["run", directory.FullName, "--kubeconfig", kubeconfig, .. arguments]) start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start };
        var cluster = new Cluster(process, directory, kubeconfig);
        process.OutputDataReceived += (_, e) => cluster.Take(e.Data);
        process.ErrorDataReceived += (_, e) => cluster.Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return cluster;
    }

    /// <summary>Waits for a line that holds the text.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(deadline.Token))
                if (line.Contains(text, StringComparison.Ordinal)) return;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Told below, with what was printed instead.
        }

        throw new InvalidOperationException($"podkit did not print \"{text}\":\n{string.Join('\n', seen)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, 2);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        directory.Delete(recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    private void Take(string? line)
    {
        if (line is null) return;
        lock (seen) seen.Add(line);
        lines.Writer.TryWrite(line);
    }
}
