using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Volumes;

public sealed class InstanceDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Parent => Path.Combine(_directory.Path, "podkit-test");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_last_one_takes_the_parent_with_it()
    {
        var first = InstanceDirectory.Create(Parent, "volumes");
        var second = InstanceDirectory.Create(Parent, "volumes");
        Directory.Exists(first.Path).ShouldBeTrue("it is in use");
        first.Dispose();
        Directory.Exists(second.Path).ShouldBeTrue();
        second.Dispose();
        Directory.Exists(Parent).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_by_the_next()
    {
        using var process = TestPrograms.StartSelf("hold-directory", Parent);
        var abandoned = (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        await File.WriteAllTextAsync(Path.Combine(abandoned, "secret"), "x");
        using (InstanceDirectory.Create(Parent, "volumes")) Directory.Exists(abandoned).ShouldBeTrue();
        process.Kill();
        await process.WaitForExitAsync();
        using (InstanceDirectory.Create(Parent, "volumes")) Directory.Exists(abandoned).ShouldBeFalse();
        Directory.Exists(Parent).ShouldBeFalse();
    }

    [Fact]
    public void Another_users_directory_is_not_used()
    {
        if (!Posix.IsRoot) return;
        Directory.CreateDirectory(Parent);
        Posix.ChangeOwner(Parent, 1234, null);
        Posix.SymbolicLink("/etc", Parent + "-1");
        using (var directory = InstanceDirectory.Create(Parent, "volumes")) Path.GetDirectoryName(directory.Path).ShouldBe(Parent + "-2");
        DirectoryTree.Names(Parent).ShouldBeEmpty();
        Directory.Exists(Parent + "-2").ShouldBeFalse();
    }

    [Fact]
    public void A_directory_open_to_others_is_closed()
    {
        Directory.CreateDirectory(Parent);
        Posix.ChangeMode(Parent, 0x1FF);
        using var directory = InstanceDirectory.Create(Parent, "volumes");
        (FileStatus.Find(Parent, follow: false)!.Value.Permissions & 0x36).ShouldBe(0u);
        FileStatus.Find(directory.Path, follow: false)!.Value.Permissions.ShouldBe(0x1C0u);
    }

    internal static async Task<int> HoldAsync(string parent)
    {
        using var directory = InstanceDirectory.Create(parent, "volumes");
        Console.WriteLine(directory.Path);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
