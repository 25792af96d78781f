using Podkit.Node.Tests.Runtime;
using Podkit.Node.Tests.Volumes;

namespace Podkit.Node.Tests;

/// <summary>The test assembly as a program: what a test starts in a process of its own, so that it can kill it.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        return args switch
        {
            ["write-volume", var directory, var step, var count] => CrashingWriter.Run(directory, step, int.Parse(count)),
            ["fill-volume", var directory, var what] => FullDiskTests.Run(directory, what),
            ["write-forever", var directory] => CrashingWriter.RunForever(directory),
            ["run-containers", var runtime, var directory, var marker] => await KilledHostTests.RunAsync(runtime, directory, marker),
            ["sandbox-as-user", var directory] => await OtherUserTests.RunAsync(directory),
            ["hold-directory", var parent] => await InstanceDirectoryTests.HoldAsync(parent),
            ["choose-runtime"] => await RuntimeSelectorTests.RunAsync(),
            ["start-forever", var runtime, var directory, var marker] => await KilledHostTests.StartForeverAsync(runtime, directory, marker),
            _ => await Unknown(args),
        };
    }

    private static async Task<int> Unknown(string[] args)
    {
        await Console.Error.WriteLineAsync($"unknown: {string.Join(' ', args)}");
        return 2;
    }
}
