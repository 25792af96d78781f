using System.Diagnostics;
using Podkit.Node.Volumes;

namespace Podkit.Node.Tests.Volumes;

/// <summary>A writer that dies at any step leaves all old or all new files, and the next write puts everything right.</summary>
public sealed class AtomicVolumeWriterCrashTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>Every step, at every time that it comes by, as a write from version "old" to version "new" goes through them.</summary>
    public static TheoryData<string, int> Points()
    {
        using var directory = new TemporaryDirectory();
        new AtomicVolumeWriter(directory.Path, TimeProvider.System).Write(CrashingWriter.Files("old"), GroupOwnership.None);
        var seen = new List<AtomicWriteStep>();
        new AtomicVolumeWriter(directory.Path, TimeProvider.System, seen.Add).Write(CrashingWriter.Files("new"), GroupOwnership.None);
        var points = new TheoryData<string, int>();
        foreach (var step in seen.GroupBy(step => step))
        {
            for (var count = 1; count <= step.Count(); count++) points.Add(step.Key.ToString(), count);
        }

        return points;
    }

    [Fact]
    public void Every_step_is_among_the_points() =>
        Points().Select(point => (string)point[0]).Distinct().ShouldBe(Enum.GetNames<AtomicWriteStep>());

    [Theory]
    [MemberData(nameof(Points))]
    public void A_crash_in_the_middle_leaves_no_mix_and_blocks_nothing(string step, int count)
    {
        var old = CrashingWriter.Files("old");
        new AtomicVolumeWriter(_directory.Path, TimeProvider.System).Write(old, GroupOwnership.None);
        var fatal = Enum.Parse<AtomicWriteStep>(step);
        var left = count;
        var crashing = new AtomicVolumeWriter(_directory.Path, TimeProvider.System, reached =>
        {
            if (reached == fatal && --left == 0) throw new CrashException();
        });
        Should.Throw<CrashException>(() => crashing.Write(CrashingWriter.Files("new"), GroupOwnership.None));
        CheckSnapshot(step);
        foreach (var next in new[] { "old", "new", "newer" })
        {
            using var copy = new TemporaryDirectory();
            var process = TestPrograms.Start(["cp", "-a", _directory.Path + "/.", copy.Path]);
            process.WaitForExit();
            process.ExitCode.ShouldBe(0);
            new AtomicVolumeWriter(copy.Path, TimeProvider.System).Write(CrashingWriter.Files(next), GroupOwnership.None);
            VolumeReader.ShouldHoldExactly(copy.Path, CrashingWriter.Files(next));
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public void A_killed_process_leaves_no_mix_and_blocks_nothing(string step, int count)
    {
        new AtomicVolumeWriter(_directory.Path, TimeProvider.System).Write(CrashingWriter.Files("old"), GroupOwnership.None);
        using var process = TestPrograms.StartSelf("write-volume", _directory.Path, step, count.ToString());
        process.WaitForExit();
        process.ExitCode.ShouldBe(137, process.StandardError.ReadToEnd());
        CheckSnapshot(step);
        new AtomicVolumeWriter(_directory.Path, TimeProvider.System).Write(CrashingWriter.Files("new"), GroupOwnership.None);
        VolumeReader.ShouldHoldExactly(_directory.Path, CrashingWriter.Files("new"));
    }

    [Fact]
    public void A_reader_never_sees_a_mix_while_versions_follow_each_other()
    {
        using var process = TestPrograms.StartSelf("write-forever", _directory.Path);
        process.StandardOutput.ReadLine().ShouldBe("writing");
        var seen = new HashSet<string>();
        var clock = Stopwatch.StartNew();
        while ((seen.Count < 200 || clock.ElapsedMilliseconds < 300) && clock.ElapsedMilliseconds < 30_000)
        {
            if (VolumeReader.Snapshot(_directory.Path) is not { } snapshot) continue;
            var version = snapshot["labels"];
            snapshot.ShouldBe(CrashingWriter.Files(version).ToDictionary(file => file.Path, _ => version), ignoreOrder: true);
            seen.Add(version);
        }

        process.Kill();
        process.WaitForExit();
        seen.Count.ShouldBeGreaterThanOrEqualTo(200);
        new AtomicVolumeWriter(_directory.Path, TimeProvider.System).Write(CrashingWriter.Files("last"), GroupOwnership.None);
        VolumeReader.ShouldHoldExactly(_directory.Path, CrashingWriter.Files("last"));
    }

    private void CheckSnapshot(string step)
    {
        var published = Enum.Parse<AtomicWriteStep>(step) > AtomicWriteStep.Publish;
        var version = published ? "new" : "old";
        VolumeReader.Snapshot(_directory.Path).ShouldBe(CrashingWriter.Files(version).ToDictionary(file => file.Path, _ => version), ignoreOrder: true);
        File.ReadAllText(Path.Combine(_directory.Path, "labels")).ShouldBe(version);
        File.ReadAllText(Path.Combine(_directory.Path, "deep/er/name")).ShouldBe(version);
    }

    private sealed class CrashException : Exception;
}
