namespace Podkit.Metadata.Sources;

/// <summary>Podkit's plain runtime cannot mount: it has a container's volumes below the directory that PODKIT_VOLUMES names.</summary>
internal static class PlainRuntime
{
    public const string Variable = "PODKIT_VOLUMES";

    /// <summary>Where a mount path of the container lies.</summary>
    public static string Locate(string path, Func<string, string?> variable) =>
        variable(Variable) is { Length: > 0 } volumes && Path.Join(volumes, path) is var below && Directory.Exists(below) ? below : path;
}
