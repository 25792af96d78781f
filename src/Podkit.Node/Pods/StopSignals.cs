namespace Podkit.Node.Pods;

/// <summary>The numbers of the signals that a container may be asked to end with.</summary>
internal static class StopSignals
{
    private const int Terminate = 15;

    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["SIGHUP"] = 1,
        ["SIGINT"] = 2,
        ["SIGQUIT"] = 3,
        ["SIGABRT"] = 6,
        ["SIGKILL"] = 9,
        ["SIGUSR1"] = 10,
        ["SIGUSR2"] = 12,
        ["SIGTERM"] = Terminate,
        ["SIGWINCH"] = 28,
    };

    /// <summary>The signal's number; SIGTERM for none and for what is not known.</summary>
    public static int NumberOf(string? name) => name is not null && Numbers.TryGetValue(name, out var number) ? number : Terminate;
}
