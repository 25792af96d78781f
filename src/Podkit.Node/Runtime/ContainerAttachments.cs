using System.Collections.Immutable;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to be given back, and those who wait for their turn may be later than the container's end.

/// <summary>Who follows one run of a container live, and writes to its input.</summary>
/// <param name="process">The container.</param>
/// <param name="inputOnce">Whether its input ends with the first who wrote to it.</param>
internal sealed class ContainerAttachments(IContainerProcess process, bool inputOnce)
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private ImmutableArray<Attachment> _all = [];

    /// <summary>Follows the container until it has ended.</summary>
    /// <param name="wanted">What is wanted of it.</param>
    /// <param name="cancellationToken">Leaves it.</param>
    public async Task AttachAsync(ContainerAttach wanted, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attachment = new Attachment(wanted.StandardOutput, wanted.StandardError, stop.Token);
        ImmutableInterlocked.Update(ref _all, static (all, added) => all.Add(added), attachment);
        var feeding = FeedAsync(wanted.StandardInput, stop.Token);
        var resizing = ResizeAsync(wanted.Sizes, stop.Token);
        try
        {
            await _complete.Task.WaitAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            ImmutableInterlocked.Update(ref _all, static (all, removed) => all.Remove(removed), attachment);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(feeding, resizing, attachment.LeaveAsync()).ConfigureAwait(false);
        }
    }

    /// <summary>Hands output to all, waiting for those who are slow.</summary>
    /// <param name="isError">Which of the streams.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="live">Ends the waiting.</param>
    public async ValueTask PublishAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken live)
    {
        foreach (var attachment in _all) await attachment.WriteAsync(isError, data, live).ConfigureAwait(false);
    }

    /// <summary>The container has ended, and all of its output has been handed out.</summary>
    public void Complete() => _complete.TrySetResult();

    private async Task FeedAsync(Stream? from, CancellationToken cancellationToken)
    {
        if (from is null) return;
        try
        {
            if (process.StandardInput is { } to) await CopyAsync(from, to, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The container has closed its input or ended, or the client has gone.
        }

        if (inputOnce && process.StandardInput is { } input) await input.DisposeAsync().ConfigureAwait(false);
        await DropAsync(from, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What several write at once does not mix within what each has written at a time.</summary>
    private async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    /// <summary>Whoever sends what the container does not want is not to wait.</summary>
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

    private async Task ResizeAsync(IAsyncEnumerable<TerminalSize>? sizes, CancellationToken cancellationToken)
    {
        if (sizes is null) return;
        try
        {
            await foreach (var size in sizes.WithCancellation(cancellationToken).ConfigureAwait(false)) process.Resize(size);
        }
        catch (Exception end) when (end is OperationCanceledException or PosixException or ObjectDisposedException)
        {
            // The container has ended, or the client has gone.
        }
    }

    /// <summary>One who follows.</summary>
    private sealed class Attachment(Stream? output, Stream? error, CancellationToken stop)
    {
        private readonly Sink _output = new(output, stop);
        private readonly Sink _error = new(error, stop);

        public ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken live) => (isError ? _error : _output).WriteAsync(data, live);

        public Task LeaveAsync() => Task.WhenAll(_output.LeaveAsync(), _error.LeaveAsync());
    }

    /// <summary>A stream of one who follows, until it is not wanted any more.</summary>
    private sealed class Sink(Stream? to, CancellationToken stop)
    {
        private readonly SemaphoreSlim _turn = new(1, 1);
        private bool _gone = to is null;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken live)
        {
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                if (_gone) return;
                using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, live);
                await to!.WriteAsync(data, both.Token).ConfigureAwait(false);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
            {
                _gone = true;
            }
            finally
            {
                _turn.Release();
            }
        }

        /// <summary>Completes once nothing is being written, and nothing will be.</summary>
        public async Task LeaveAsync()
        {
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            _gone = true;
            _turn.Release();
        }
    }
}
