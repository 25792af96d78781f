using System.Text;
using Podkit.Metadata.Testing;
using Podkit.Metadata.Watching;
using Podkit.Testing;

namespace Podkit.Metadata.Tests.Watching;

public sealed class VolumeReaderTests : IDisposable
{
    private readonly AtomicVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void A_volume_that_is_swapped_while_it_is_read_is_read_again()
    {
        Write(0);
        var swaps = 3;
        var reader = new VolumeReader(_volume.Path) { BeforeCheck = () => Write(swaps-- > 0 ? 100 - swaps : 0) };
        reader.Read(null, out var content).ShouldBe(VolumeRead.Read);
        Text(content, "a").ShouldBe(Text(content, "b"));
        Text(content, "a").ShouldBe("0");
    }

    [Fact]
    public void A_volume_that_never_stands_still_is_left_for_later_without_a_content()
    {
        Write(0);
        var n = 1;
        var reader = new VolumeReader(_volume.Path) { BeforeCheck = () => Write(n++) };
        reader.Read(null, out var content).ShouldBe(VolumeRead.Moving);
        content.ShouldBeNull();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("folder/b")]
    public void A_version_that_loses_a_file_while_it_is_read_is_read_again(string file)
    {
        _volume.Write(new Dictionary<string, string> { ["a"] = "1", ["folder/b"] = "1", ["folder/c"] = "1" });
        var version = Path.Combine(_volume.Path, new FileInfo(Path.Combine(_volume.Path, "..data")).LinkTarget!);
        var reads = 0;
        var reader = new VolumeReader(_volume.Path)
        {
            BeforeCheck = () =>
            {
                if (reads++ == 0) File.Delete(Path.Combine(version, file));
            },
        };
        reader.Read(null, out var content).ShouldBe(VolumeRead.Read);
        reads.ShouldBe(2);
        content!.Files.Keys.ShouldNotContain(file);
    }

    [Fact]
    public void A_known_version_that_has_lost_a_file_is_on_its_way_out_and_is_not_read()
    {
        Write(1);
        var reader = new VolumeReader(_volume.Path);
        reader.Read(null, out var known).ShouldBe(VolumeRead.Read);
        File.Delete(Path.Combine(_volume.Path, known!.Target!, "a"));
        reader.Read(known, out var kept, force: true).ShouldBe(VolumeRead.Unchanged);
        kept.ShouldBeSameAs(known);
    }

    [Fact]
    public void A_version_that_is_known_is_not_read_again()
    {
        Write(1);
        var reader = new VolumeReader(_volume.Path);
        reader.Read(null, out var first).ShouldBe(VolumeRead.Read);
        reader.Read(first, out var second).ShouldBe(VolumeRead.Unchanged);
        second.ShouldBeSameAs(first);
    }

    [Fact]
    public void Folders_are_read_and_what_is_too_large_or_no_file_is_left_out()
    {
        _volume.Write(new Dictionary<string, byte[]> { ["a/b/c"] = "deep"u8.ToArray(), ["large"] = new byte[VolumeReader.LargestFile + 1], ["empty"] = [] });
        var version = Path.Combine(_volume.Path, new FileInfo(Path.Combine(_volume.Path, "..data")).LinkTarget!);
        File.CreateSymbolicLink(Path.Combine(version, "nowhere"), "gone");
        Directory.CreateSymbolicLink(Path.Combine(version, "circle"), ".");
        System.Diagnostics.Process.Start("mkfifo", Path.Combine(version, "pipe")).WaitForExit();
        new VolumeReader(_volume.Path).Read(null, out var content).ShouldBe(VolumeRead.Read);
        Text(content, "a/b/c").ShouldBe("deep");
        content!.Files.Keys.Where(k => k != "pipe").ShouldBe(["a/b/c", "empty"]);
        content.Skipped.Select(s => s.Path).Order().ShouldBe(["circle", "large", "nowhere"]);
    }

    [Fact]
    public void A_plain_directory_is_read_as_it_is()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "labels"), "a=\"1\"");
        var reader = new VolumeReader(folder.Path);
        reader.Read(null, out var first).ShouldBe(VolumeRead.Read);
        first!.Target.ShouldBeNull();
        reader.Read(first, out _).ShouldBe(VolumeRead.Unchanged);
        File.WriteAllText(Path.Combine(folder.Path, "labels"), "a=\"2\"");
        reader.Read(first, out var second).ShouldBe(VolumeRead.Read);
        Text(second, "labels").ShouldBe("a=\"2\"");
    }

    [Fact]
    public void A_directory_that_is_missing_or_links_to_nothing_is_missing()
    {
        new VolumeReader("/nonexistent/volume").Read(null, out _).ShouldBe(VolumeRead.Missing);
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "..data"), "..gone");
        new VolumeReader(folder.Path).Read(null, out var content).ShouldBe(VolumeRead.Missing);
        content.ShouldBeNull();
    }

    [Fact]
    public void A_volume_that_is_being_made_or_removed_is_not_taken_for_a_plain_directory()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "..2026_11_22_10_25_46.1088695942"));
        new VolumeReader(folder.Path).Read(null, out _).ShouldBe(VolumeRead.Missing);
        Write(1);
        var reader = new VolumeReader(_volume.Path);
        reader.Read(null, out var known).ShouldBe(VolumeRead.Read);
        File.Delete(Path.Combine(_volume.Path, "..data"));
        reader.Read(known, out var kept, force: true).ShouldBe(VolumeRead.Missing);
        kept.ShouldBeSameAs(known);
    }

    [Fact]
    public void Looking_at_the_link_allocates_nothing()
    {
        Write(1);
        var link = new DataLink(_volume.Path);
        var target = link.Read();
        link.Is(target).ShouldBeTrue();
        _ = link.DirectoryExists;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            if (!link.Is(target) || !link.DirectoryExists) throw new InvalidOperationException("the link has moved");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private void Write(int n) => _volume.Write(new Dictionary<string, string> { ["a"] = $"{n}", ["b"] = $"{n}" });

    private static string Text(VolumeContent? content, string path) => Encoding.UTF8.GetString(content!.Files[path]);
}
