using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Podkit.Client.Watching;

namespace Podkit.Client.Tests.Watching;

public sealed class LineReaderTests
{
    [Property(MaxTest = 300)]
    public async Task Lines_are_the_same_however_the_bytes_arrive(NonNull<string>[] texts, PositiveInt[] sizes)
    {
        var lines = texts.Select(t => t.Get.Replace("\n", "", StringComparison.Ordinal)).ToList();
        var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))), [.. sizes.Select(s => s.Get)]);
        await using var reader = new LineReader(stream, 1 << 20);
        var read = new List<string>();
        while (await reader.ReadAsync(default) is { } line) read.Add(Encoding.UTF8.GetString(line.Span));
        read.ShouldBe(lines.Where(l => l.Length > 2 || l.Trim('\r', ' ').Length > 0).Select(l => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(l))));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_line_may_be_as_long_as_the_bound_and_no_longer(int length, bool fits)
    {
        await using var reader = new LineReader(new PiecewiseStream(Encoding.ASCII.GetBytes(new string('x', length) + "\n"), [7]), 100);
        if (fits) (await reader.ReadAsync(default))!.Value.Length.ShouldBe(100);
        else await Should.ThrowAsync<InvalidDataException>(async () => await reader.ReadAsync(default));
    }

    [Fact]
    public async Task A_last_line_without_an_end_is_a_line()
    {
        await using var reader = new LineReader(new MemoryStream("a\r\n\r\n\nb"u8.ToArray()), 100);
        Encoding.UTF8.GetString((await reader.ReadAsync(default))!.Value.Span).ShouldBe("a\r");
        Encoding.UTF8.GetString((await reader.ReadAsync(default))!.Value.Span).ShouldBe("b");
        (await reader.ReadAsync(default)).ShouldBeNull();
    }

    private sealed class PiecewiseStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length == 0) return new(0);
            var size = sizes.Length == 0 ? buffer.Length : sizes[_reads++ % sizes.Length];
            return new(Read(buffer.Span[..Math.Min(size, buffer.Length)]));
        }
    }
}
