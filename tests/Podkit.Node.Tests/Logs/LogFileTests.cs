using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Podkit.Node.Logs;
using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Logs;

public sealed class LogFileTests : IDisposable
{
    private static readonly PodIdentity Pod = new("ns", "p", "uid");
    private readonly string directory = Directory.CreateTempSubdirectory("podkit-logs-").FullName;
    private readonly TestClock clock = new();
    private readonly LogHub hub = new();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Lines_are_kept_in_the_format_of_the_cri()
    {
        using var file = NewFile();
        await WriteAsync(file, "one\ntwo\n", isError: false);
        await WriteAsync(file, "oops\n", isError: true);
        (await File.ReadAllTextAsync(PathOf(0))).ShouldBe(
            "2026-11-22T12:00:00.000000000Z stdout F one\n2026-11-22T12:00:00.000000000Z stdout F two\n2026-11-22T12:00:00.000000000Z stderr F oops\n");
    }

    [Fact]
    public async Task What_ends_without_a_newline_is_given_back_without_one()
    {
        using var file = NewFile();
        await WriteAsync(file, "one\nhalf", isError: false);
        (await ReadAsync(file, new())).ShouldBe("one\nhalf");
        (await File.ReadAllTextAsync(PathOf(0))).ShouldEndWith(" stdout P half\n");
    }

    [Property(MaxTest = 60)]
    public Property Whatever_a_container_writes_comes_back_byte_for_byte() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<byte>().Where(b => b != 0).ArrayOf().ArrayOf().ToArbitrary(),
        chunks =>
        {
            using var file = NewFile();
            var stream = new StreamLog(file, hub, Pod, "c", isError: false, clock);
            foreach (var chunk in chunks) stream.WriteAsync(chunk, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            stream.EndAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var read = ReadBytesAsync(file, new()).GetAwaiter().GetResult();
            return read.AsSpan().SequenceEqual(chunks.SelectMany(c => c).ToArray());
        });

    [Fact]
    public async Task A_line_beyond_16_KiB_is_kept_in_pieces_and_comes_back_whole()
    {
        using var file = NewFile();
        var text = new string('x', 40_000) + "\nshort\n";
        await WriteAsync(file, text, isError: false);
        (await File.ReadAllLinesAsync(PathOf(0))).Select(l => l[38]).ShouldBe("PPFF".ToCharArray());
        (await ReadAsync(file, new())).ShouldBe(text);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "five\n")]
    [InlineData(3, "three\nfour\nfive\n")]
    [InlineData(5, "one\ntwo\nthree\nfour\nfive\n")]
    [InlineData(99, "one\ntwo\nthree\nfour\nfive\n")]
    public async Task The_last_lines_can_be_asked_for(int tail, string expected)
    {
        using var file = NewFile();
        await WriteAsync(file, "one\ntwo\nthree\nfour\nfive\n", isError: false);
        (await ReadAsync(file, new() { TailLines = tail })).ShouldBe(expected);
    }

    [Fact]
    public async Task The_last_lines_of_a_long_log_are_found_across_blocks()
    {
        using var file = NewFile();
        await WriteAsync(file, string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\n")), isError: false);
        var lines = (await ReadAsync(file, new() { TailLines = 1234 })).TrimEnd('\n').Split('\n');
        lines.ShouldBe(Enumerable.Range(5000 - 1234, 1234).Select(i => $"line {i}"));
    }

    [Fact]
    public async Task Lines_can_be_asked_for_from_a_time_on_and_with_their_times()
    {
        using var file = NewFile();
        await WriteAsync(file, "one\n", isError: false);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        await WriteAsync(file, "two\n", isError: false);
        (await ReadAsync(file, new() { SinceTime = clock.GetUtcNow(), Timestamps = true })).ShouldBe("2026-11-22T12:00:01.500000000Z two\n");
    }

    [Fact]
    public async Task Reading_stops_at_the_limit_of_bytes()
    {
        using var file = NewFile();
        await WriteAsync(file, "one\ntwo\nthree\n", isError: false);
        (await ReadAsync(file, new() { LimitBytes = 6, Follow = true })).ShouldBe("one\ntw");
    }

    [Fact]
    public async Task One_stream_can_be_asked_for()
    {
        using var file = NewFile();
        await WriteAsync(file, "out\n", isError: false);
        await WriteAsync(file, "err\n", isError: true);
        (await ReadAsync(file, new() { ErrorStream = true })).ShouldBe("err\n");
        (await ReadAsync(file, new() { ErrorStream = false })).ShouldBe("out\n");
    }

    [Fact]
    public async Task A_follower_sees_what_comes_and_ends_with_the_container()
    {
        using var file = NewFile();
        await WriteAsync(file, "one\n", isError: false);
        var seen = new StringBuilder();
        var reading = Task.Run(async () =>
        {
            await foreach (var piece in LogReader.ReadAsync(file, new() { Follow = true }, CancellationToken.None))
            {
                seen.Append(Encoding.UTF8.GetString(piece.Span));
                if (seen.ToString() == "one\n") await WriteAsync(file, "two\n", isError: false);
                else file.Complete();
            }
        });
        await reading.WaitAsync(TimeSpan.FromSeconds(30));
        seen.ToString().ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task A_log_keeps_its_last_part_in_two_files()
    {
        using var file = NewFile(fileLimit: 1000);
        for (var i = 0; i < 100; i++) await WriteAsync(file, $"line {i:000}\n", isError: false);
        Directory.GetFiles(directory).Length.ShouldBe(2);
        Directory.GetFiles(directory).Sum(f => new FileInfo(f).Length).ShouldBeLessThan(2200);
        var lines = (await ReadAsync(file, new())).TrimEnd('\n').Split('\n');
        lines[^1].ShouldBe("line 099");
        lines.Length.ShouldBeInRange(20, 45);
        lines.ShouldBe(Enumerable.Range(100 - lines.Length, lines.Length).Select(i => $"line {i:000}"));
    }

    [Fact]
    public async Task A_reader_that_falls_behind_goes_on_where_the_log_still_is()
    {
        using var file = NewFile(fileLimit: 1000);
        await WriteAsync(file, "first\n", isError: false);
        var lines = new List<string>();
        await foreach (var piece in LogReader.ReadAsync(file, new() { Follow = true }, CancellationToken.None))
        {
            lines.AddRange(Encoding.UTF8.GetString(piece.Span).TrimEnd('\n').Split('\n'));
            if (lines.Count > 1) continue;
            for (var i = 0; i < 100; i++) await WriteAsync(file, $"line {i:000}\n", isError: false);
            file.Complete();
        }
        lines[0].ShouldBe("first");
        lines[^1].ShouldBe("line 099");
        lines.Count.ShouldBeLessThan(50);
    }

    [Fact]
    public void The_log_of_the_run_before_is_kept_and_older_ones_are_not()
    {
        using var store = new LogStore(directory, 1000);
        var first = store.Open(Pod, "c", 0);
        first.Append("x\n"u8);
        store.Open(Pod, "c", 1);
        store.Find(Pod, "c")!.Previous.ShouldBeSameAs(first);
        var third = store.Open(Pod, "c", 2);
        store.Find(Pod, "c")!.Present.ShouldBeSameAs(third);
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order().ShouldBe(["1.log", "2.log"]);
        store.Remove(Pod);
        Directory.GetFileSystemEntries(directory).ShouldBeEmpty();
        store.Find(Pod, "c").ShouldBeNull();
        third.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Those_who_watch_live_get_every_line_with_its_origin()
    {
        using var file = NewFile();
        using var subscription = hub.Subscribe();
        await WriteAsync(file, "one\ntwo\n", isError: true);
        var line = await subscription.Lines.ReadAsync();
        (line.Namespace, line.Pod, line.Container, line.IsError, Encoding.UTF8.GetString(line.Line.Span)).ShouldBe(("ns", "p", "c", true, "one"));
        Encoding.UTF8.GetString((await subscription.Lines.ReadAsync()).Line.Span).ShouldBe("two");
        subscription.Dispose();
        await WriteAsync(file, "three\n", isError: true);
        (await subscription.Lines.WaitToReadAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task One_who_stops_watching_does_not_hold_the_container_back()
    {
        using var file = NewFile();
        var subscription = hub.Subscribe();
        var writing = WriteAsync(file, string.Concat(Enumerable.Repeat("x\n", LogHub.Capacity + 1)), isError: false);
        writing.IsCompleted.ShouldBeFalse();
        subscription.Dispose();
        await writing.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_time_reads_back_as_it_was_written()
    {
        var time = new DateTimeOffset(2026, 11, 22, 1, 2, 3, TimeSpan.Zero).AddTicks(1234567);
        Encoding.ASCII.GetString(LogTimestamp.Bytes(time)).ShouldBe("2026-11-22T01:02:03.123456700Z");
        LogTimestamp.TryParse(LogTimestamp.Bytes(time), out var read).ShouldBeTrue();
        read.ShouldBe(time);
    }

    private LogFile NewFile(long fileLimit = 1 << 20) => new(PathOf(0), fileLimit);

    private string PathOf(int run) => Path.Combine(directory, $"{run}.log");

    private async Task WriteAsync(LogFile file, string text, bool isError)
    {
        var stream = new StreamLog(file, hub, Pod, "c", isError, clock);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);
        await stream.EndAsync(CancellationToken.None);
    }

    private static async Task<string> ReadAsync(LogFile file, ContainerLogOptions options) => Encoding.UTF8.GetString(await ReadBytesAsync(file, options));

    private static async Task<byte[]> ReadBytesAsync(LogFile file, ContainerLogOptions options)
    {
        var read = new MemoryStream();
        await foreach (var piece in LogReader.ReadAsync(file, options, CancellationToken.None)) read.Write(piece.Span);
        return read.ToArray();
    }
}
