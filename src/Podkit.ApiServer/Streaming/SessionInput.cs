using System.IO.Pipelines;
using System.Text.Json;
using System.Threading.Channels;

namespace Podkit.ApiServer.Streaming;

/// <summary>
/// What a client sends to a command: its input, bounded, so that a command that does not read slows down the client and not the memory; and the terminal's sizes, of
/// which only the last counts.
/// </summary>
internal sealed class SessionInput
{
    private const int LongestSize = 1024;

    private readonly Pipe? _input;
    private readonly Channel<TerminalSize> _sizes = Channel.CreateBounded<TerminalSize>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly bool _canEnd;
    private readonly byte[] _size = new byte[LongestSize];
    private int _sizeLength;
    private byte? _ended;
    private bool _inputEnded;

    /// <param name="wanted">Whether the command has an input.</param>
    /// <param name="canEnd">Whether the protocol can tell that it has ended.</param>
    public SessionInput(bool wanted, bool canEnd)
    {
        _canEnd = canEnd;
        if (!wanted) return;
        _input = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 18, resumeWriterThreshold: 1 << 17, useSynchronizationContext: false));
        Stream = _input.Reader.AsStream(leaveOpen: true);
    }

    /// <summary>What the command reads, or null.</summary>
    public Stream? Stream { get; }

    public IAsyncEnumerable<TerminalSize> Sizes => _sizes.Reader.ReadAllAsync();

    /// <summary>Takes a part of a message.</summary>
    public async ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken)
    {
        switch (channel)
        {
            case Channels.StandardInput when _input is not null && !_inputEnded:
                if (!data.IsEmpty) _inputEnded = (await _input.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false)).IsCompleted;
                break;
            case Channels.Resize:
                TakeSize(data.Span, ends);
                break;
            case Channels.Close when _canEnd:
                if (data.Length > 0) _ended ??= data.Span[0];
                if (ends) EndStream();
                break;
        }
    }

    /// <summary>The client has gone, or has said all: the command finds the end.</summary>
    public void End()
    {
        _inputEnded = true;
        _input?.Writer.Complete();
        _sizes.Writer.TryComplete();
    }

    /// <summary>Nobody reads any more: what still comes is dropped.</summary>
    public void Drop() => _input?.Reader.Complete();

    private void EndStream()
    {
        if (_ended == Channels.StandardInput && !_inputEnded)
        {
            _inputEnded = true;
            _input?.Writer.Complete();
        }

        _ended = null;
    }

    /// <summary>A message too long for a size is none.</summary>
    private void TakeSize(ReadOnlySpan<byte> data, bool ends)
    {
        if (_sizeLength + data.Length <= LongestSize) data.CopyTo(_size.AsSpan(_sizeLength));
        _sizeLength = Math.Min(_sizeLength + data.Length, LongestSize + 1);
        if (!ends) return;
        if (_sizeLength <= LongestSize && Parse(_size.AsSpan(0, _sizeLength)) is { } size) _sizes.Writer.TryWrite(size);
        _sizeLength = 0;
    }

    private static TerminalSize? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var size = document.RootElement;
            if (size.ValueKind != JsonValueKind.Object) return null;
            return new TerminalSize(Number(size, "Width"), Number(size, "Height")) is { Columns: > 0, Rows: > 0 } found ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ushort Number(JsonElement size, string name) => size.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt16(out var number) ? number : (ushort)0;
}
