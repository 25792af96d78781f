using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Volumes;

public sealed class TreeRemovalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whatever_a_container_left_is_removed()
    {
        var victim = _directory.Sub("victim");
        var outside = _directory.Sub("outside");
        await File.WriteAllTextAsync(Path.Combine(outside, "kept"), "1");
        var script = $"""
            cd {victim}
            printf x > "$(printf 'not-\377-utf8')"
            mkdir locked && touch locked/file && chmod 0 locked
            ln -s {outside} link
            ln -s nowhere dangling
            mkfifo pipe
            d=.; i=0; while [ $i -lt 300 ]; do mkdir "a$i"; cd "a$i"; touch f; i=$((i+1)); done
            """;
        await TestPrograms.RunAsync("sh", "-c", script);
        TreeRemoval.Remove(victim);
        DirectoryTree.Names(_directory.Path).ShouldBe(["outside"]);
        File.Exists(Path.Combine(outside, "kept")).ShouldBeTrue();
    }

    [Fact]
    public void A_link_is_removed_and_not_followed()
    {
        var outside = _directory.Sub("outside");
        Posix.SymbolicLink(outside, Path.Combine(_directory.Path, "link"));
        TreeRemoval.Remove(Path.Combine(_directory.Path, "link"));
        TreeRemoval.Remove(Path.Combine(_directory.Path, "never-there"));
        DirectoryTree.Names(_directory.Path).ShouldBe(["outside"]);
    }
}
