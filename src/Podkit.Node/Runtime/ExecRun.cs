using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>Runs a command beside a container's main process and carries its input and output.</summary>
internal static class ExecRun
{
    /// <summary>How long output may still come once the command itself has ended, when something it left holds the pipe open.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    /// <summary>Runs it to its end.</summary>
    /// <param name="request">The program, without its standard files.</param>
    /// <param name="exec">Its input, output and time.</param>
    /// <param name="owner">The user it runs as.</param>
    /// <param name="ended">Completes when the container has ended.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<int> RunAsync(SpawnRequest request, ContainerExec exec, long? owner, Task ended, CancellationToken cancellationToken)
    {
        var (input, feed) = exec.StandardInput is null ? (null, null) : Pipes.Create();
        using var streams = new ContainerStreams(owner, input);
        using var draining = new CancellationTokenSource();
        var files = streams.Files;
        foreach (var (number, file) in request.Files) files[number] = file;
        ChildProcess child;
        try
        {
            child = await ProcessReactor.Instance.SpawnAsync(request with { Files = files }).ConfigureAwait(false);
        }
        catch (PosixException failure)
        {
            feed?.Dispose();
            throw new ContainerStartException("StartError", failure.Message);
        }

        streams.CloseProgramSide();
        var output = CopyAsync(streams.Output, exec.StandardOutput, draining.Token);
        var error = CopyAsync(streams.Error, exec.StandardError, draining.Token);
        var feeding = FeedAsync(exec.StandardInput, feed, draining.Token);
        try
        {
            var exit = await WaitAsync(child, exec.Timeout, ended, cancellationToken).ConfigureAwait(false);
            draining.CancelAfter(Drain);
            await Task.WhenAll(output, error).ConfigureAwait(false);
            return exit.Code;
        }
        finally
        {
            if (!child.Exit.IsCompleted) await child.KillGroupAsync().ConfigureAwait(false);
            await draining.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(output, error, feeding).ConfigureAwait(false);
        }
    }

    private static async Task<ChildExit> WaitAsync(ChildProcess child, TimeSpan? timeout, Task ended, CancellationToken cancellationToken)
    {
        try
        {
            var both = Task.WhenAny(child.Exit, ended);
            if (await both.WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false) != child.Exit) child.Signal(Signals.Kill, group: true);
            return await child.Exit.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"command timed out after {timeout!.Value.TotalSeconds:0.###}s");
        }
    }

    private static async Task CopyAsync(Stream from, Stream? to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to ?? Stream.Null, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What the command left behind holds the pipe: nobody waits for that.
        }
    }

    private static async Task FeedAsync(Stream? from, SafeFileHandle? feed, CancellationToken cancellationToken)
    {
        if (from is null || feed is null) return;
        try
        {
            var to = Pipes.Writer(feed);
            await using (to.ConfigureAwait(false)) await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // The command has ended or closed its input.
        }
    }
}
