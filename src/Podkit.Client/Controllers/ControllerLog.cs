using Microsoft.Extensions.Logging;

namespace Podkit.Client;

internal static partial class ControllerLog
{
    [LoggerMessage(241, LogLevel.Information, "The controller {Controller} works with {Workers} workers on {Count} objects")]
    public static partial void Works(ILogger log, string controller, int workers, int count);

    [LoggerMessage(242, LogLevel.Information, "The controller {Controller} has stopped")]
    public static partial void Stopped(ILogger log, string controller);

    [LoggerMessage(243, LogLevel.Error, "The controller {Controller} failed to reconcile {Key} (failure {Failures}); it comes again")]
    public static partial void Failed(ILogger log, Exception exception, string controller, ObjectKey key, int failures);

    [LoggerMessage(244, LogLevel.Debug, "The controller {Controller} reconciles {Key} again, as it has changed meanwhile: {Problem}")]
    public static partial void Conflict(ILogger log, string controller, ObjectKey key, string problem);

    [LoggerMessage(245, LogLevel.Error, "The {Service} has failed; it is begun again in {Pause}")]
    public static partial void Ended(ILogger log, Exception exception, string service, TimeSpan pause);
}
