namespace Podkit.Node.Status;

/// <summary>Kubernetes' words for the ends of containers.</summary>
internal static class ExitReasons
{
    public const string Completed = "Completed";
    public const string Error = "Error";
    public const string OomKilled = "OOMKilled";
    public const string StartError = "StartError";
    public const string Unknown = "ContainerStatusUnknown";

    /// <summary>The exit code of a container that could not be started.</summary>
    public const int StartErrorCode = 128;

    /// <summary>The exit code of a container that was killed or lost.</summary>
    public const int KilledCode = 137;

    /// <summary>The reason of an ordinary end.</summary>
    public static string Of(int exitCode, bool outOfMemory) => outOfMemory ? OomKilled : exitCode == 0 ? Completed : Error;
}
