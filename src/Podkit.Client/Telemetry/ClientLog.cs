using Microsoft.Extensions.Logging;

namespace Podkit.Client.Telemetry;

/// <summary>What the client logs, in the category <c>Podkit.Client</c>. Paths are logged without their query; tokens and bodies never.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} was answered {Code} in {Milliseconds} ms")]
    public static partial void Answered(ILogger logger, string method, string path, int code, long milliseconds);

    [LoggerMessage(2, LogLevel.Information, "{Method} {Path} was answered {Code} and is sent again in {Delay}, as the server asks (attempt {Attempt})")]
    public static partial void Retrying(ILogger logger, string method, string path, int code, TimeSpan delay, int attempt);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(ILogger logger, string warning);

    [LoggerMessage(4, LogLevel.Information, "the API server refused the credentials; they were read again, are new, and the request is sent once more")]
    public static partial void CredentialsRenewed(ILogger logger);

    [LoggerMessage(5, LogLevel.Information, "the certificates of {Origin} have changed: new connections use them")]
    public static partial void CertificatesChanged(ILogger logger, string origin);

    [LoggerMessage(6, LogLevel.Debug, "{Method} {Path} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string method, string path, string reason);

    [LoggerMessage(7, LogLevel.Debug, "the credential plugin {Command} has given credentials until {Expiration}")]
    public static partial void PluginRan(ILogger logger, string command, DateTimeOffset? expiration);

    [LoggerMessage(8, LogLevel.Debug, "{Method} {Path} is sent again over another connection: {Problem}")]
    public static partial void ConnectionBroke(ILogger logger, string method, string path, string problem);
}
