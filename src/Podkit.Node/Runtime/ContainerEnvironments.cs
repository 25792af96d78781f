using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>What a container's environment has beyond what its manifest says.</summary>
internal static class ContainerEnvironments
{
    /// <summary>What an image would set: as long as an image is this machine, these come from here.</summary>
    private static readonly string[] FromMachine = ["PATH", "HOME", "LANG", "DOTNET_ROOT", "JAVA_HOME"];

    /// <summary>What a program with a terminal is told about it.</summary>
    public const string Term = "xterm";

    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The whole environment, each name once.</summary>
    public static Dictionary<string, string> Complete(ContainerSpec spec)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = DefaultPath, ["HOME"] = "/" };
        foreach (var name in FromMachine)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) all[name] = value;
        }

        // Another user has no home on this machine, as far as anybody knows.
        if (spec.RunAsUser is { } user && user != Posix.UserId) all["HOME"] = "/";
        all["HOSTNAME"] = spec.Hostname;
        if (spec.Terminal) all["TERM"] = Term;
        foreach (var (name, value) in spec.Environment) all[name] = value;
        return all;
    }

    /// <summary>The environment as a program gets it.</summary>
    public static List<string> Lines(IEnumerable<KeyValuePair<string, string>> environment) => [.. environment.Select(pair => $"{pair.Key}={pair.Value}")];
}
