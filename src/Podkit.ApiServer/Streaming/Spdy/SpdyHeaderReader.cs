using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>
/// Reads compressed headers. All of a connection's are one zlib stream that begins with SPDY's dictionary, so none may be left out. .NET's zlib takes no dictionary;
/// but one that has been "decompressed" from a block of plain bytes before does the same.
/// </summary>
internal sealed class SpdyHeaderReader : IDisposable
{
    /// <summary>How long headers may be, decompressed.</summary>
    public const int LongestBlock = 64 * 1024;

    /// <summary>How many there may be.</summary>
    public const int MostHeaders = 64;

    private const int DeflateMethod = 8;
    private const int WithDictionary = 0x20;

    private readonly Feed _feed = new();
    private readonly DeflateStream _inflate;
    private readonly byte[] _block = new byte[LongestBlock + 1];
    private bool _begun;

    public SpdyHeaderReader()
    {
        _inflate = new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        _feed.Next = Stored(SpdyDictionary.Bytes);
        _inflate.ReadExactly(_block, 0, SpdyDictionary.Bytes.Length);
    }

    /// <summary>Reads the headers of one frame.</summary>
    /// <exception cref="SpdyException">They are none, or too many.</exception>
    public Dictionary<string, string> Read(ReadOnlyMemory<byte> compressed)
    {
        if (!_begun) compressed = Begin(compressed);
        _begun = true;
        _feed.Next = compressed;
        var length = 0;
        try
        {
            while (length < _block.Length && _inflate.Read(_block, length, _block.Length - length) is > 0 and var read) length += read;
        }
        catch (InvalidDataException e)
        {
            throw new SpdyException($"the headers cannot be decompressed: {e.Message}");
        }

        if (length > LongestBlock) throw new SpdyException($"the headers are longer than {LongestBlock} bytes");
        return Parse(_block.AsSpan(0, length));
    }

    public void Dispose()
    {
        _inflate.Dispose();
        _feed.Dispose();
    }

    /// <summary>A deflate block that holds bytes as they are and is not the last one.</summary>
    internal static byte[] Stored(ReadOnlySpan<byte> bytes)
    {
        var block = new byte[bytes.Length + 5];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~bytes.Length);
        bytes.CopyTo(block.AsSpan(5));
        return block;
    }

    /// <summary>Takes off what zlib puts before the first block.</summary>
    private static ReadOnlyMemory<byte> Begin(ReadOnlyMemory<byte> compressed)
    {
        var bytes = compressed.Span;
        if (bytes.Length < 2 || (bytes[0] & 0x0F) != DeflateMethod || ((bytes[0] << 8) | bytes[1]) % 31 != 0) throw new SpdyException("the headers are not compressed with zlib");
        if ((bytes[1] & WithDictionary) == 0) return compressed[2..];
        if (bytes.Length < 6 || BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) != SpdyDictionary.Checksum) throw new SpdyException("the headers are compressed with another dictionary than SPDY/3's");
        return compressed[6..];
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var count = TakeNumber(ref block);
        if (count > MostHeaders) throw new SpdyException($"there are more than {MostHeaders} headers");
        for (var i = 0; i < count; i++)
        {
            var name = TakeText(ref block);
            headers[name] = TakeText(ref block);
        }

        return block.IsEmpty ? headers : throw new SpdyException("there is something behind the headers");
    }

    private static uint TakeNumber(ref ReadOnlySpan<byte> block)
    {
        if (block.Length < 4) throw new SpdyException("the headers end too early");
        var number = BinaryPrimitives.ReadUInt32BigEndian(block);
        block = block[4..];
        return number;
    }

    private static string TakeText(ref ReadOnlySpan<byte> block)
    {
        var length = TakeNumber(ref block);
        if (length > block.Length) throw new SpdyException("the headers end too early");
        var text = Encoding.Latin1.GetString(block[..(int)length]);
        block = block[(int)length..];
        return text;
    }

    /// <summary>Gives out one block of bytes after the other; in between it looks as if it had ended.</summary>
    private sealed class Feed : Stream
    {
        public ReadOnlyMemory<byte> Next { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var length = Math.Min(buffer.Length, Next.Length);
            Next.Span[..length].CopyTo(buffer);
            Next = Next[length..];
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
