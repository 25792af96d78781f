using System.Globalization;

namespace Podkit.ApiServer.Authentication.Reviews;

/// <summary>Times as Kubernetes writes them: whole seconds of UTC.</summary>
internal static class Timestamps
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
