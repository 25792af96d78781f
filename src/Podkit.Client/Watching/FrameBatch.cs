using System.Runtime.ExceptionServices;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>
/// Lines that have come together are parsed together, on all processors, and given out in their order: a list that streams, or a burst of events, would wait for one. A line that cannot be
/// read fails when it is its turn.
/// </summary>
internal sealed class FrameBatch<T>
    where T : class
{
    private const int Most = 256;
    private const int WorthIt = 8;

    private List<ReadOnlyMemory<byte>>? _lines;
    private (WatchFrame<T> Frame, ExceptionDispatchInfo? Error)[] _frames = [];
    private int _next;
    private int _count;

    public bool TryTake(out WatchFrame<T> frame)
    {
        frame = default;
        if (_next == _count) return false;
        var (taken, error) = _frames[_next];
        _frames[_next++] = default;
        error?.Throw();
        frame = taken;
        return true;
    }

    /// <summary>Reads a line, and the others that are there.</summary>
    public WatchFrame<T> Read(ReadOnlyMemory<byte> first, LineReader reader, ObjectCodec<T> codec)
    {
        if (Environment.ProcessorCount == 1 || !reader.TryRead(out var second)) return WatchFrameReader.Read(first.Span, codec);
        var lines = _lines ??= [];
        lines.Clear();
        lines.Add(first);
        lines.Add(second);
        while (lines.Count < Most && reader.TryRead(out var line)) lines.Add(line);
        if (_frames.Length < lines.Count) _frames = new (WatchFrame<T>, ExceptionDispatchInfo?)[Most];
        (_next, _count) = (0, lines.Count);
        if (lines.Count < WorthIt)
        {
            for (var i = 0; i < lines.Count; i++) Parse(i, codec);
        }
        else Parallel.For(0, lines.Count, i => Parse(i, codec));

        lines.Clear();
        TryTake(out var frame);
        return frame;
    }

    private void Parse(int at, ObjectCodec<T> codec)
    {
        try
        {
            _frames[at] = (WatchFrameReader.Read(_lines![at].Span, codec), null);
        }
#pragma warning disable CA1031 // Thrown when the line is taken.
        catch (Exception e)
        {
            _frames[at] = (default, ExceptionDispatchInfo.Capture(e));
        }
#pragma warning restore CA1031
    }
}
