using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Podkit.Ambassador.Tunnels;

/// <summary>Takes the chunks out of a chunked body.</summary>
internal static class ChunkedReader
{
    private const int MaximumLine = 4096;

    public static async Task CopyAsync(PipeReader from, PipeWriter to, CancellationToken cancellationToken)
    {
        while (await SizeAsync(from, cancellationToken).ConfigureAwait(false) is > 0 and var size)
        {
            await BytesAsync(from, to, size, cancellationToken).ConfigureAwait(false);
            if ((await LineAsync(from, cancellationToken).ConfigureAwait(false)).Length > 0) throw new IOException("a chunk of the answer is longer than it says");
        }

        // Trailers, which end with an empty line, are of no use here.
        while ((await LineAsync(from, cancellationToken).ConfigureAwait(false)).Length > 0)
        {
        }
    }

    public static async Task BytesAsync(PipeReader from, PipeWriter to, long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var result = await from.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length));
            foreach (var segment in part) to.Write(segment.Span);
            count -= part.Length;
            from.AdvanceTo(part.End);
            if (result.IsCompleted && part.IsEmpty) throw new IOException("the answer ended early");
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<long> SizeAsync(PipeReader from, CancellationToken cancellationToken)
    {
        var line = await LineAsync(from, cancellationToken).ConfigureAwait(false);
        var extension = line.IndexOf(';', StringComparison.Ordinal);
        var digits = (extension < 0 ? line : line[..extension]).Trim();
        return digits.Length <= 15 && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) ? size : throw new IOException("a chunk of the answer has no size");
    }

    private static async Task<string> LineAsync(PipeReader from, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await from.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var text = Encoding.Latin1.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                from.AdvanceTo(result.Buffer.GetPosition(1, end));
                return text;
            }

            if (result.IsCompleted || result.Buffer.Length > MaximumLine) throw new IOException("the answer's chunks are malformed");
            from.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
