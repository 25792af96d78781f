using System.Diagnostics;
using System.Text;
using Podkit.Node.Interop;
using Podkit.Node.Volumes;

namespace Podkit.Node.Tests.Volumes;

public sealed class AtomicVolumeWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_first_write_lays_the_volume_out_as_a_kubelet_does()
    {
        var time = new FixedTime(new DateTimeOffset(2026, 11, 22, 12, 25, 45, TimeSpan.FromHours(2)));
        var files = new[] { File("labels", "a=\"b\"", 0x1A4), File("a/b/c", "x", 0x124), File("run", "y", 0x1FF) };
        new AtomicVolumeWriter(_directory.Path, time).Write(files, GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, files);
        VolumeReader.Top(_directory.Path)["..data"].ShouldNotBeNull().ShouldStartWith("..2026_11_22_10_25_45.");
        Mode("..data/labels").ShouldBe(0x1A4u);
        Mode("a/b/c").ShouldBe(0x124u);
        Mode("run").ShouldBe(0x1FFu);
        Mode("..data/").ShouldBe(0x1EDu);
        Mode("a/b").ShouldBe(0x1EDu);
    }

    [Fact]
    public void Modes_are_exact_whatever_the_umask()
    {
        using var process = TestPrograms.Start(["sh", "-c", "umask 077; exec \"$@\"", "sh", "dotnet", "exec", typeof(Program).Assembly.Location, "write-volume", _directory.Path, "Done", "9"]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, process.StandardError.ReadToEnd());
        Mode("labels").ShouldBe(0x1A4u);
        Mode("deep/er").ShouldBe(0x1EDu);
        Mode("deep/er/name").ShouldBe(0x180u);
    }

    [Fact]
    public void Equal_bytes_are_not_written_again_even_with_other_modes()
    {
        var writer = Writer();
        writer.Write([File("a", "1", 0x1A4)], GroupOwnership.None).ShouldBeTrue();
        var before = VolumeReader.Top(_directory.Path);
        writer.Write([File("a", "1", 0x180)], GroupOwnership.None).ShouldBeFalse();
        Writer().Write([File("a", "1", 0x1A4)], GroupOwnership.None).ShouldBeFalse();
        VolumeReader.Top(_directory.Path).ShouldBe(before);
    }

    [Fact]
    public void Files_without_read_permission_do_not_cause_writes_without_end()
    {
        var writer = Writer();
        writer.Write([File("a", "1", 0x80)], GroupOwnership.None).ShouldBeTrue();
        writer.Write([File("a", "1", 0x80)], GroupOwnership.None).ShouldBeFalse();
        writer.Write([File("a", "2", 0x80)], GroupOwnership.None).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a/b/c", "a/b/d")]
    [InlineData("x/y", "x/y/z")]
    public void Stale_paths_are_removed(string before, string after)
    {
        var writer = Writer();
        writer.Write([File(before, "1"), File("stays", "1")], GroupOwnership.None);
        writer.Write([File(after, "1"), File("stays", "1")], GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, [File(after, "1"), File("stays", "1")]);
    }

    [Fact]
    public void A_volume_may_become_empty_and_full_again()
    {
        var writer = Writer();
        writer.Write([], GroupOwnership.None).ShouldBeTrue();
        writer.Write([File("a", "")], GroupOwnership.None).ShouldBeTrue();
        writer.Write([], GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, []);
        writer.Write([], GroupOwnership.None).ShouldBeFalse();
    }

    [Fact]
    public void Of_two_files_with_one_path_the_last_wins()
    {
        Writer().Write([File("a/b", "1"), File("./a//b", "2")], GroupOwnership.None);
        VolumeReader.ShouldHoldExactly(_directory.Path, [File("a/b", "2")]);
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("/etc/passwd", "must be relative path")]
    [InlineData("a/../../b", "must not contain '..'")]
    [InlineData("..", "must not contain '..'")]
    [InlineData("..data", "must not start with '..'")]
    [InlineData("./..data/x", "must not start with '..'")]
    [InlineData(".", "is the volume itself")]
    [InlineData("a\0b", "NUL")]
    public void Paths_that_leave_the_volume_are_refused_before_anything_is_written(string path, string sentence)
    {
        Should.Throw<ArgumentException>(() => Writer().Write([File("good", "1"), File(path, "2")], GroupOwnership.None)).Message.ShouldContain(sentence);
        VolumeReader.Top(_directory.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_cannot_stand_where_another_needs_a_folder() =>
        Should.Throw<ArgumentException>(() => Writer().Write([File("a", "1"), File("a/b", "2")], GroupOwnership.None)).Message.ShouldContain("a is a file");

    [Fact]
    public void A_left_over_temporary_link_or_folder_does_not_block_later_writes()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "..data_tmp/full"));
        Writer().Write([File("a", "1")], GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, [File("a", "1")]);
        Posix.SymbolicLink("nowhere", Path.Combine(_directory.Path, "..data_tmp"));
        Writer().Write([File("a", "2")], GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, [File("a", "2")]);
    }

    [Theory]
    [InlineData("..2026_01_01_00_00_00.1")]
    [InlineData("/nowhere/at/all")]
    [InlineData("..")]
    public void A_data_link_to_nowhere_is_repaired(string target)
    {
        Posix.SymbolicLink(target, Path.Combine(_directory.Path, "..data"));
        Writer().Write([], GroupOwnership.None).ShouldBeTrue();
        Writer().Write([File("a", "1")], GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(_directory.Path, [File("a", "1")]);
    }

    [Fact]
    public void Links_that_someone_removed_come_back_without_a_new_version()
    {
        var writer = Writer();
        writer.Write([File("a", "1"), File("b", "1")], GroupOwnership.None);
        Posix.Unlink(Path.Combine(_directory.Path, "a"));
        Posix.Unlink(Path.Combine(_directory.Path, "b"));
        Posix.SymbolicLink("elsewhere", Path.Combine(_directory.Path, "b"));
        writer.Write([File("a", "1"), File("b", "1")], GroupOwnership.None).ShouldBeFalse();
        VolumeReader.ShouldHoldExactly(_directory.Path, [File("a", "1"), File("b", "1")]);
    }

    [Fact]
    public void An_fsGroup_owns_everything_that_a_write_publishes()
    {
        if (!Posix.IsRoot) return;
        var ownership = new GroupOwnership(2000, readOnly: true);
        Writer().Write([File("x", "1", 0x100), File("d/z", "1", 0x1ED)], ownership);
        Mode("x").ShouldBe(0x120u);
        Mode("d/z").ShouldBe(0x1EDu);
        Mode("..data/").ShouldBe(0x5EDu);
        Mode("d/").ShouldBe(0x5EDu);
        FileStatus.Find(Path.Combine(_directory.Path, "d/z"), true)!.Value.Gid.ShouldBe(2000u);
        FileStatus.Find(Path.Combine(_directory.Path, "x"), false)!.Value.Gid.ShouldBe(0u);
        ownership.Denied.ShouldBeFalse();
    }

    [Fact]
    public void A_file_may_belong_to_another_user()
    {
        if (!Posix.IsRoot) return;
        Writer().Write([File("token", "1", 0x180) with { Owner = 1234 }], GroupOwnership.None);
        var status = FileStatus.Find(Path.Combine(_directory.Path, "token"), true)!.Value;
        (status.Uid, status.Permissions).ShouldBe((1234u, 0x180u));
    }

    [Fact]
    public void Writing_three_small_files_takes_less_than_a_millisecond()
    {
        using var memory = new TemporaryDirectory(Directory.Exists("/dev/shm") ? "/dev/shm" : null);
        var writer = new AtomicVolumeWriter(memory.Path, TimeProvider.System);
        var best = double.MaxValue;
        var round = 0;
        var clock = Stopwatch.StartNew();

        // The median of ten in a row, and the best of these: what the machine does beside is not the writer's.
        while (best >= 1.0 && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            var times = new List<double>();
            for (var end = round + 10; round < end; round++)
            {
                var files = new[] { File("labels", "v" + round), File("annotations", "v" + round), File("name", "pod") };
                var start = Stopwatch.GetTimestamp();
                writer.Write(files, GroupOwnership.None);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            best = Math.Min(best, times[times.Count / 2]);
        }

        best.ShouldBeLessThan(1.0);
    }

    private AtomicVolumeWriter Writer() => new(_directory.Path, TimeProvider.System);

    private uint Mode(string path) => FileStatus.Find(Path.Combine(_directory.Path, path), follow: true)!.Value.Permissions;

    private static AtomicFile File(string path, string content, uint mode = 0x1A4) => new(path, Encoding.UTF8.GetBytes(content), mode);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
