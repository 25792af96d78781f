using System.Diagnostics;
using System.Text;
using Podkit.Node.Volumes;

namespace Podkit.Node.Tests.Volumes;

/// <summary>Writes a volume and kills its own process in the middle.</summary>
internal static class CrashingWriter
{
    /// <summary>Files that tell by themselves which write they belong to.</summary>
    public static AtomicFile[] Files(string version) =>
    [
        new("labels", Encoding.UTF8.GetBytes(version), 0x1A4),
        new("annotations", Encoding.UTF8.GetBytes(version), 0x1A4),
        new("deep/er/name", Encoding.UTF8.GetBytes(version), 0x180),
        new("only-" + version, Encoding.UTF8.GetBytes(version), 0x1A4),
    ];

    /// <summary>Dies by SIGKILL before the given step of writing version "new", at the given time that it comes by.</summary>
    public static int Run(string directory, string step, int count)
    {
        var fatal = Enum.Parse<AtomicWriteStep>(step);
        var left = count;
        var writer = new AtomicVolumeWriter(directory, TimeProvider.System, reached =>
        {
            if (reached != fatal || --left > 0) return;
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        });
        writer.Write(Files("new"), GroupOwnership.None);
        return 0;
    }

    /// <summary>Writes version after version until it is killed.</summary>
    public static int RunForever(string directory)
    {
        var writer = new AtomicVolumeWriter(directory, TimeProvider.System);
        Console.WriteLine("writing");
        for (var version = 0; ; version++) writer.Write(Files("v" + version), GroupOwnership.None);
    }
}
