using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Node.Probes;

namespace Podkit.Node.Pods;

/// <summary>Talks to a running container: probes and hooks.</summary>
internal sealed class ContainerCommands(IContainerProcess process, Container container, string podIp, HttpMessageInvoker http, TimeProvider time)
{
    private const int LongestOutput = 10 * 1024;

    /// <summary>The way to carry out a probe, or null when it names none.</summary>
    public IProber? ProberOf(Probe probe)
    {
        try
        {
            if (probe.Exec is { } exec) return new ExecProber(PodEnvironment.ExpandProbeCommand(exec.Command ?? [], container), ExecAsync);
            if (probe.HttpGet is { } get) return new HttpProber(http, HttpTarget.Of(get, container, podIp));
            if (probe.TcpSocket is { } socket) return new TcpProber(string.IsNullOrEmpty(socket.Host) ? podIp : socket.Host, HttpTarget.PortOf(socket.Port, container));
            return probe.Grpc is { } grpc ? new GrpcProber(http, podIp, grpc.Port, grpc.Service ?? "") : null;
        }
        catch (FormatException e)
        {
            return new BrokenProber(e.Message);
        }
    }

    /// <summary>Carries out a hook.</summary>
    /// <returns>Null when it succeeded, else what went wrong.</returns>
    public async Task<string?> RunHookAsync(LifecycleHandler hook, CancellationToken cancellationToken)
    {
        try
        {
            if (hook.Exec is { } exec)
            {
                var (exitCode, output) = await ExecAsync(exec.Command ?? [], cancellationToken).ConfigureAwait(false);
                return exitCode == 0 ? null : $"command '{string.Join(' ', exec.Command ?? [])}' exited with {exitCode}: {output}";
            }
            if (hook.HttpGet is { } get)
            {
                using var request = HttpTarget.Of(get, container, podIp).NewRequest();
                using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                return null;
            }
            if (hook.Sleep is not { } sleep) return "invalid handler: exec, httpGet or sleep is needed";
            await Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), time, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or ContainerStartException or InvalidOperationException or FormatException or TimeoutException)
        {
            return e.Message;
        }
    }

    private async Task<(int ExitCode, string Output)> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var output = new BoundedOutput(LongestOutput);
        await using (output.ConfigureAwait(false))
        {
            var exitCode = await process.ExecAsync(new ContainerExec { Command = command, StandardOutput = output, StandardError = output }, cancellationToken).ConfigureAwait(false);
            return (exitCode, output.ToString());
        }
    }

    private sealed class BrokenProber(string problem) : IProber
    {
        public Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(ProbeOutcome.Errored(problem));
    }
}
