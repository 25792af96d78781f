using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Plain;

/// <summary>How commands of one container are started, its own and those that are run beside it.</summary>
/// <param name="Environment">The whole environment.</param>
/// <param name="SearchPath">The PATH of it.</param>
/// <param name="WorkingDirectory">The directory, on this machine.</param>
/// <param name="UserWords">What comes before a command to change the user.</param>
/// <param name="Mounts">The volumes: a program may lie in one.</param>
internal sealed record PlainCommand(
    IReadOnlyList<string> Environment,
    string SearchPath,
    string WorkingDirectory,
    IReadOnlyList<string> UserWords,
    IReadOnlyList<ContainerMount> Mounts)
{
    /// <summary>What to start for a command, without its standard files.</summary>
    /// <exception cref="ContainerStartException">There is no such program.</exception>
    public SpawnRequest Request(IReadOnlyList<string> command)
    {
        var program = Programs.Resolve(command[0], SearchPath, WorkingDirectory, ToHost);
        List<string> words = [.. UserWords, ToHost(program), .. command.Skip(1)];
        return new SpawnRequest { Path = words[0], Arguments = words, Environment = Environment, WorkingDirectory = WorkingDirectory, Files = new Dictionary<int, SafeFileHandle>() };
    }

    private string ToHost(string path) => PlainVolumes.ToHost(path, Mounts);
}
