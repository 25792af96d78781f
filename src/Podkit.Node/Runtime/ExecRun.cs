using System.Buffers;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>Runs a command beside a container's main process and carries its input and output.</summary>
internal static class ExecRun
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>How much output is still carried once the command itself has ended: no pipe holds more, so what comes after that is not its own.</summary>
    private const int MostLeft = 1 << 20;

    /// <summary>How long the next output may take once the command itself has ended, when something it left holds the pipe open.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    /// <summary>Runs it to its end.</summary>
    /// <param name="request">The program, without its standard files.</param>
    /// <param name="exec">Its input, output and time.</param>
    /// <param name="owner">The user it runs as.</param>
    /// <param name="ended">Completes when the container has ended.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<int> RunAsync(SpawnRequest request, ContainerExec exec, long? owner, Task ended, CancellationToken cancellationToken)
    {
        using var streams = ContainerStreams.Open(owner, exec.StandardInput is not null, exec.Terminal);
        using var stop = new CancellationTokenSource();
        var child = await SpawnAsync(streams.AddTo(exec.Terminal ? WithTerm(request) : request)).ConfigureAwait(false);
        streams.CloseProgramSide();
        var output = CopyAsync(streams.Output, exec.StandardOutput, child.Exit, stop.Token);
        var error = CopyAsync(streams.Error, exec.StandardError, child.Exit, stop.Token);
        var feeding = FeedAsync(exec.StandardInput, streams.Input, endTold: !exec.Terminal, stop.Token);
        var resizing = ResizeAsync(exec.Sizes, streams, stop.Token);
        try
        {
            var exit = await WaitAsync(child, exec.Timeout, ended, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(output, error).WaitAsync(cancellationToken).ConfigureAwait(false);
            return exit.Code;
        }
        finally
        {
            if (!child.Exit.IsCompleted) await ProcessTree.KillAsync(child).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(output, error, feeding, resizing).ConfigureAwait(false);
        }
    }

    private static SpawnRequest WithTerm(SpawnRequest request) =>
        request.Environment.Any(line => line.StartsWith("TERM=", StringComparison.Ordinal)) ? request : request with { Environment = [.. request.Environment, $"TERM={ContainerEnvironments.Term}"] };

    private static async Task<ChildProcess> SpawnAsync(SpawnRequest request)
    {
        try
        {
            return await ProcessReactor.Instance.SpawnAsync(request).ConfigureAwait(false);
        }
        catch (PosixException failure)
        {
            throw new ContainerStartException("StartError", failure.Message);
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

    /// <summary>Carries the output to its end, as fast as it is taken. What the taker does not want any more is dropped: the command must not wait for it.</summary>
    private static async Task CopyAsync(Stream from, Stream? to, Task exit, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var taker = to ?? Stream.Null;
        var left = MostLeft;
        try
        {
            while (left > 0 && await ReadAsync(from, buffer, exit, stop).ConfigureAwait(false) is > 0 and var read)
            {
                if (exit.IsCompleted) left -= read;
                if (!await TryWriteAsync(taker, buffer.AsMemory(0, read), stop).ConfigureAwait(false)) taker = Stream.Null;
            }
        }
        catch (OperationCanceledException)
        {
            // What the command left behind holds the pipe, or the command has been killed: nobody waits for more.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream from, Memory<byte> buffer, Task exit, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = from.ReadAsync(buffer, limit.Token);
        if (reading.IsCompleted) return await reading.ConfigureAwait(false);
        var pending = reading.AsTask();
        if (await Task.WhenAny(pending, exit).ConfigureAwait(false) == exit) limit.CancelAfter(Drain);
        return await pending.ConfigureAwait(false);
    }

    private static async ValueTask<bool> TryWriteAsync(Stream to, ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        try
        {
            await to.WriteAsync(data, stop).ConfigureAwait(false);
            return true;
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static async Task FeedAsync(Stream? from, Stream? to, bool endTold, CancellationToken cancellationToken)
    {
        if (from is null || to is null) return;
        try
        {
            await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
            if (endTold) await to.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The command has closed its input: the rest is for nobody, but whoever sends it is not to wait.
            await DropAsync(from, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }

    private static async Task DropAsync(Stream from, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // There is no more.
        }
    }

    private static async Task ResizeAsync(IAsyncEnumerable<TerminalSize>? sizes, ContainerStreams streams, CancellationToken cancellationToken)
    {
        if (sizes is null) return;
        try
        {
            await foreach (var size in sizes.WithCancellation(cancellationToken).ConfigureAwait(false)) streams.Resize(size);
        }
        catch (Exception end) when (end is OperationCanceledException or PosixException)
        {
            // The command has ended.
        }
    }
}
