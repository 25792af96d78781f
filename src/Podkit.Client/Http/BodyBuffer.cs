using System.Buffers;

namespace Podkit.Client.Http;

/// <summary>A whole body in one pooled buffer, with a bound.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private byte[] _bytes;
    private int _length;

    private BodyBuffer(int capacity) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public static async Task<BodyBuffer> ReadAsync(HttpContent content, long limit, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength ?? 0;
        if (announced > limit) throw TooLarge(limit);
        var buffer = new BodyBuffer((int)Math.Clamp(announced + 1, 4096, 1 << 20));
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    if (buffer._length == buffer._bytes.Length) buffer.Grow();
                    var read = await stream.ReadAsync(buffer._bytes.AsMemory(buffer._length), cancellationToken).ConfigureAwait(false);
                    if (read == 0) return buffer;
                    buffer._length += read;
                    if (buffer._length > limit) throw TooLarge(limit);
                }
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _length = 0;

        // Bodies may hold secrets: the next renter must not find them.
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
    }

    private static KubernetesConnectionException TooLarge(long limit) => new(
        KubernetesConnectionError.Protocol, $"the API server's answer is larger than {limit} bytes: list in pages, or raise KubernetesClientOptions.MaximumResponseBytes");

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(_bytes.Length * 2));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = larger;
    }
}
