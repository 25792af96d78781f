using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>This process' end of a terminal. Waiting holds no thread.</summary>
internal sealed class TerminalStream(SafeFileHandle file) : Stream
{
    private readonly CancellationTokenSource _closed = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(buffer.Span) is { } read) return read;
            await WhenReadyAsync(ProcessReactor.Readable, cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryWrite(buffer.Span) is { } written) buffer = buffer[written..];
            else await WhenReadyAsync(ProcessReactor.Writable, cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read it asynchronously");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write it asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _closed.Cancel();
        base.Dispose(disposing);
    }

    /// <summary>Disposing ends the waiting: the file itself stays open as long as it is waited for.</summary>
    private async Task WhenReadyAsync(short events, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await ProcessReactor.Instance.WhenReadyAsync(file, events, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(TerminalStream));
        }
    }

    /// <summary>How much there was; 0 at the end, null when there is nothing yet.</summary>
    private unsafe int? TryRead(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var (read, errno) = Call(start, buffer.Length, write: false);
                if (read >= 0) return read;
                if (errno == Errno.TryAgain) return null;

                // What Linux says when nobody has the other end open any more.
                if (errno == Errno.InputOutput) return 0;
                if (errno != Errno.Interrupted) throw new PosixException("read", "terminal", errno);
            }
        }
    }

    private unsafe int? TryWrite(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var (written, errno) = Call(start, buffer.Length, write: true);
                if (written >= 0) return written;
                if (errno == Errno.TryAgain) return null;
                if (errno != Errno.Interrupted) throw new PosixException("write", "terminal", errno);
            }
        }
    }

    private unsafe (int Count, int Errno) Call(byte* start, int length, bool write)
    {
        var held = false;
        file.DangerousAddRef(ref held);
        try
        {
            var fd = (int)file.DangerousGetHandle();
            var count = (int)(write ? Libc.Write(fd, start, length) : Libc.Read(fd, start, length));
            return (count, count < 0 ? Marshal.GetLastPInvokeError() : 0);
        }
        finally
        {
            file.DangerousRelease();
        }
    }
}
