using System.Text;
using Podkit.Node.Interop;
using Podkit.Node.Volumes;

namespace Podkit.Node.Tests.Volumes;

/// <summary>A full disk while writing a volume: the old content stays whole.</summary>
public sealed class FullDiskTests
{
    /// <summary>Runs this assembly with a small file system of its own at the directory, as any user can have one.</summary>
    private static async Task<string> WithSmallDiskAsync(string size, string inodes, params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        var mount = $"mount -t tmpfs -o size={size},nr_inodes={inodes} none \"$0\" && exec \"$@\"";
        string[] unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, directory.Path];
        return await TestPrograms.RunAsync([.. unshare, "dotnet", "exec", typeof(Program).Assembly.Location, arguments[0], directory.Path, .. arguments[1..]]);
    }

    [Theory]
    [InlineData("64k", "100", "bytes")]
    [InlineData("1m", "60", "inodes")]
    public async Task The_old_content_stays_whole_and_nothing_is_left_behind(string size, string inodes, string what) =>
        (await WithSmallDiskAsync(size, inodes, "fill-volume", what)).Trim().ShouldBe("ok");

    /// <summary>The other side: runs in a process of its own with the small file system.</summary>
    internal static int Run(string directory, string what)
    {
        var writer = new AtomicVolumeWriter(directory, TimeProvider.System);
        var old = CrashingWriter.Files("old");
        writer.Write(old, GroupOwnership.None).ShouldBeTrue();
        var failures = 0;
        for (var attempt = 1; attempt <= 60; attempt++)
        {
            // More at every attempt, so that the room runs out at every point of a write.
            AtomicFile[] more = what == "bytes"
                ? [new("labels", Encoding.UTF8.GetBytes(new string('x', attempt * 4096)), 0x1A4)]
                : [.. Enumerable.Range(0, attempt).Select(number => new AtomicFile($"file{number}", Encoding.UTF8.GetBytes("x"), 0x1A4))];
            try
            {
                writer.Write(more, GroupOwnership.None);
                VolumeReader.ShouldHoldExactly(directory, more);
                writer.Write(old, GroupOwnership.None);
            }
            catch (PosixException full)
            {
                full.IsFull.ShouldBeTrue(full.Message);
                full.Message.ShouldContain("No space left on device");
                failures++;
            }

            VolumeReader.ShouldHoldExactly(directory, old);
        }

        failures.ShouldBeInRange(5, 59);
        writer.Write(CrashingWriter.Files("new"), GroupOwnership.None).ShouldBeTrue();
        VolumeReader.ShouldHoldExactly(directory, CrashingWriter.Files("new"));
        Console.WriteLine("ok");
        return 0;
    }
}
