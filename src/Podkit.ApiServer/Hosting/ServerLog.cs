using Microsoft.Extensions.Logging;

namespace Podkit.ApiServer.Hosting;

/// <summary>What the server logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(2, LogLevel.Error, "{Controller} failed on {Kind} {Namespace}/{Name}")]
    public static partial void ControllerFailed(this ILogger logger, Exception exception, string controller, string kind, string @namespace, string name);

    [LoggerMessage(3, LogLevel.Information, "serving on {Address}")]
    public static partial void Serving(this ILogger logger, Uri address);

    [LoggerMessage(4, LogLevel.Warning, "{Controller} lay too far behind and starts again from the newest state")]
    public static partial void ControllerBehind(this ILogger logger, string controller);
}
