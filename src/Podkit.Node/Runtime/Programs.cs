using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>Finds programs as a shell would.</summary>
internal static class Programs
{
    private const int Executable = 1;
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The absolute path of a program of this machine that the runtime needs, or null.</summary>
    public static string? Find(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "") + ":" + SystemPath;
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(directory => directory.StartsWith('/'))
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(IsExecutable);
    }

    /// <summary>Whether a path is a program that this user may execute.</summary>
    public static bool IsExecutable(string path) => Libc.Access(path, Executable) == 0 && FileStatus.Find(path, follow: true) is { IsFile: true };

    /// <summary>The program of a container's command as the container sees it.</summary>
    /// <param name="command">The command's first word.</param>
    /// <param name="path">The container's PATH.</param>
    /// <param name="workingDirectory">The container's working directory.</param>
    /// <param name="toHost">Where a path of the container lies on this machine; null when that cannot be said.</param>
    /// <exception cref="ContainerStartException">There is no such program, in the words of a container runtime.</exception>
    public static string Resolve(string command, string path, string workingDirectory, Func<string, string?> toHost)
    {
        if (!command.Contains('/', StringComparison.Ordinal))
        {
            foreach (var directory in path.Split(':'))
            {
                var candidate = Path.Combine(workingDirectory, directory, command);
                if (toHost(candidate) is not { } found || IsExecutable(found)) return candidate;
            }

            throw new ContainerStartException("StartError", $"exec: \"{command}\": executable file not found in $PATH");
        }

        var absolute = Path.GetFullPath(Path.Combine(workingDirectory, command));
        if (toHost(absolute) is not { } host || IsExecutable(host)) return absolute;
        throw new ContainerStartException("StartError", $"exec: \"{command}\": {Explain(command, host)}");
    }

    private static string Explain(string command, string path)
    {
        try
        {
            return FileStatus.Find(path, follow: true) switch
            {
                null => $"stat {command}: no such file or directory",
                { IsDirectory: true } => "is a directory",
                _ => "permission denied",
            };
        }
        catch (PosixException)
        {
            return "permission denied";
        }
    }
}
