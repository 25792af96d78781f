using System.IO.Pipelines;

namespace Podkit.Client.Streaming;

/// <summary>The bytes of a channel on their way to the reader: bounded, so that a reader who is slow slows down the container and not the memory.</summary>
internal sealed class ChannelPipe
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
    private bool _unread;

    public ChannelPipe() => Stream = _pipe.Reader.AsStream();

    /// <summary>What the program reads.</summary>
    public Stream Stream { get; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        // A reader who has closed the stream does not want the rest.
        if (_unread) return;
        var result = await _pipe.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        _unread = result.IsCompleted;
    }

    public void Complete(Exception? failure = null) => _pipe.Writer.Complete(failure);
}
