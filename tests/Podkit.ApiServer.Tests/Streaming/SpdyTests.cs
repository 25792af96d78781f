using System.Buffers.Binary;
using System.IO.Pipelines;
using FsCheck.Xunit;
using Podkit.ApiServer.Streaming.Spdy;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>The frames and headers of SPDY/3.1.</summary>
public class SpdyTests
{
    /// <summary>Three blocks of headers as zlib writes them one after the other, with SPDY's dictionary, at its best compression.</summary>
    private static readonly string[] Compressed =
    [
        "78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff", "c2aa19540e2512d60b000000ffff",
        "02c9906bb1217a1665d4a91805440300000000ffff",
    ];

    [Fact]
    public void The_dictionary_is_SPDYs()
    {
        var (a, b) = (1u, 0u);
        foreach (var value in SpdyDictionary.Bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        ((b << 16) | a).ShouldBe(SpdyDictionary.Checksum);
        SpdyDictionary.Bytes.Length.ShouldBe(1423);
    }

    [Fact]
    public void Headers_that_another_zlib_has_compressed_are_read_one_block_after_the_other()
    {
        using var reader = new SpdyHeaderReader();
        Text(reader.Read(Convert.FromHexString(Compressed[0]))).ShouldBe("port=8080 requestid=0 streamtype=error");
        Text(reader.Read(Convert.FromHexString(Compressed[1]))).ShouldBe("port=8080 requestid=0 streamtype=data");
        Text(reader.Read(Convert.FromHexString(Compressed[2]))).ShouldBe($"port=8080 requestid=1 streamtype=error user-agent={new string('x', 300)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("78bb00000000")]
    [InlineData("789c")]
    [InlineData("78bbe3c6a7c2ffffffff")]
    [InlineData("78bbe3c6a7c2000400fbff00000002")]
    [InlineData("78bbe3c6a7c2000400fbffffffffff")]
    [InlineData("78bbe3c6a7c2000500faff0000000000")]
    [InlineData("78bbe3c6a7c20008 00f7ff 00000001 ffffffff")]
    public void What_are_no_headers_is_refused(string hex)
    {
        using var reader = new SpdyHeaderReader();
        Should.Throw<SpdyException>(() => reader.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Headers_that_blow_up_are_refused()
    {
        using var packed = new MemoryStream();
        using (var deflate = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(new byte[50 << 20]);
        using var reader = new SpdyHeaderReader();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<SpdyException>(() => reader.Read(packed.ToArray())).Message.ShouldBe("the headers are longer than 65536 bytes");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void More_headers_than_anybody_needs_are_refused()
    {
        var block = new byte[4 + (65 * 8)];
        BinaryPrimitives.WriteInt32BigEndian(block, 65);
        using var reader = new SpdyHeaderReader();
        Should.Throw<SpdyException>(() => reader.Read((byte[])[0x78, 0x01, .. SpdyHeaderReader.Stored(block)])).Message.ShouldBe("there are more than 64 headers");
    }

    [Property(MaxTest = 500)]
    public void No_bytes_at_all_bring_the_header_reader_down(byte[][] blocks, bool begun)
    {
        using var reader = new SpdyHeaderReader();
        if (begun) reader.Read(Convert.FromHexString(Compressed[0]));
        Tolerate(() =>
        {
            foreach (var block in blocks) reader.Read(begun ? block : (byte[])[0x78, 0x01, .. block]);
        });
    }

    [Property(MaxTest = 500)]
    public void A_bit_that_is_wrong_does_not_bring_the_header_reader_down(uint at, byte bit)
    {
        using var reader = new SpdyHeaderReader();
        var bytes = Convert.FromHexString(Compressed[0]);
        bytes[at % bytes.Length] ^= (byte)(1 << (bit % 8));
        Tolerate(() => reader.Read(bytes));
    }

    [Property(MaxTest = 300)]
    public void No_bytes_at_all_bring_a_connection_down(byte[] bytes) => Serve(bytes).ShouldBeLessThan(4 << 20);

    [Property(MaxTest = 300)]
    public void No_frames_at_all_bring_a_connection_down(Frame[] frames) => Serve([.. frames.SelectMany(f => f.Bytes)]).ShouldBeLessThan(4 << 20);

    [Fact]
    public void A_frame_that_only_says_that_it_is_long_takes_no_memory()
    {
        // The lengths that a frame can name: nothing is allocated for what has not come.
        Serve([0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF]).ShouldBeLessThan(1 << 20);
        Serve([0x80, 3, 0, 1, 0, 0xFF, 0xFF, 0xFF]).ShouldBeLessThan(1 << 20);
        Serve([0x80, 3, 0, 4, 0, 0xFF, 0xFF, 0xFF]).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task A_connection_answers_pings_and_opens_streams_and_refuses_those_of_even_numbers()
    {
        var (connection, client) = Connect(out var opened);
        using var disposing = connection;
        var running = connection.RunAsync();
        await client.Output.WriteAsync(Frame.Control(6, [0, 0, 0, 7]));
        await client.Output.WriteAsync(Frame.Control(6, [0, 0, 0, 8]));
        await client.Output.WriteAsync(Frame.Syn(1, Convert.FromHexString(Compressed[0])));
        await client.Output.WriteAsync(Frame.Syn(2, Convert.FromHexString(Compressed[1])));
        await running;
        opened.ShouldHaveSingleItem().Id.ShouldBe(1u);
        opened[0].IsReset.IsCancellationRequested.ShouldBeTrue();
        (await AllAsync(client)).ShouldBe("80030006" + "00000004" + "00000007" + "80030002" + "00000018" + "00000001" + "78bbe3c6a7c2" + "000400fbff00000000" + "000000ffff" + "80030007" + "00000008" + "00000001" + "00000001");
    }

    [Fact]
    public async Task Streams_beyond_the_bound_are_refused_until_others_are_over()
    {
        var (connection, client) = Connect(out var opened);
        using var disposing = connection;
        var running = connection.RunAsync();
        await client.Output.WriteAsync(Frame.Syn(1, Convert.FromHexString(Compressed[0])));
        for (var id = 3u; id <= 2 * SpdyConnection.MostStreams + 1; id += 2) await client.Output.WriteAsync(Frame.Syn(id, [.. SpdyHeaderReader.Stored([0, 0, 0, 0])]));
        await client.Output.CompleteAsync();
        await running;
        opened.Count.ShouldBe(SpdyConnection.MostStreams);
        (await AllAsync(client)).ShouldEndWith("8003000300000008" + "00000401" + "00000003");
    }

    /// <summary>Serves what a client sends; gives how much memory that took.</summary>
    private static long Serve(byte[] bytes)
    {
        using var input = new Duplex(new MemoryStream(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var connection = new SpdyConnection(input, TimeProvider.System, CancellationToken.None) { Takes = _ => true, Opened = stream => stream.Drop() };
        connection.RunAsync().GetAwaiter().GetResult();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (SpdyConnection Connection, Ends Client) Connect(out List<SpdyStream> opened)
    {
        var (there, back) = (new Pipe(), new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        var taken = opened = [];
        var transport = new Duplex(there.Reader.AsStream(), back.Writer.AsStream());
        var connection = new SpdyConnection(transport, TimeProvider.System, CancellationToken.None) { Takes = _ => true, Opened = taken.Add };
        return (connection, new Ends(back.Reader, there.Writer, back.Writer));
    }

    /// <summary>Everything that the server has said, once it has ended.</summary>
    private static async Task<string> AllAsync(Ends client)
    {
        await client.ServersOutput.CompleteAsync();
        using var all = new MemoryStream();
        await client.Input.CopyToAsync(all);
        return Convert.ToHexString(all.ToArray()).ToLowerInvariant();
    }

    private static string Text(Dictionary<string, string> headers) => string.Join(' ', headers.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={h.Value}"));

    private static void Tolerate(Action act)
    {
        try
        {
            act();
        }
        catch (SpdyException)
        {
            // It said what is wrong.
        }
    }

    /// <summary>A frame with any content.</summary>
    public sealed record Frame(byte Kind, byte Flags, uint StreamId, byte[]? Payload)
    {
        public IEnumerable<byte> Bytes => Kind % 3 == 0 ? Data(StreamId, Flags, Payload ?? []) : Kind % 3 == 1 ? Control((ushort)(Kind % 12), Payload ?? []) : Syn(StreamId, SpdyHeaderReader.Stored(Payload ?? []));

        internal static byte[] Control(ushort type, byte[] payload) => [0x80, 3, (byte)(type >> 8), (byte)type, 0, 0, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

        internal static byte[] Syn(uint id, byte[] headers) => Control(1, [.. Number(id), 0, 0, 0, 0, 0, 0, .. headers]);

        internal static byte[] Data(uint id, byte flags, byte[] payload) => [.. Number(id & 0x7FFFFFFF), flags, 0, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

        private static byte[] Number(uint number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            return bytes;
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output, PipeWriter ServersOutput);
}
