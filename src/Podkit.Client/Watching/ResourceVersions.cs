using System.Globalization;

namespace Podkit.Client.Watching;

/// <summary>Resource versions of one resource, as Kubernetes lets clients compare them since 1.35: both decimal numbers, or else not comparable.</summary>
internal static class ResourceVersions
{
    /// <summary>Whether a version is known to be before another.</summary>
    public static bool IsOlder(string? version, string? than) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
        && ulong.TryParse(than, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
        && a < b;
}
