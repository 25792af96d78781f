using Microsoft.Extensions.Logging;

namespace Podkit.Client;

internal static partial class InformerLog
{
    [LoggerMessage(201, LogLevel.Debug, "The informer of {Informer} has {Count} objects at version {Version}")]
    public static partial void Listed(ILogger log, string informer, int count, string? version);

    [LoggerMessage(202, LogLevel.Warning, "The informer of {Informer} failed and tries again in {Wait}: {Problem}")]
    public static partial void Failed(ILogger log, string informer, TimeSpan wait, string problem);

    [LoggerMessage(203, LogLevel.Debug, "The informer of {Informer} goes on at once: {Problem}")]
    public static partial void Interrupted(ILogger log, string informer, string problem);

    [LoggerMessage(204, LogLevel.Error, "The informer of {Informer} has given up: {Problem}")]
    public static partial void GaveUp(ILogger log, string informer, string problem);

    [LoggerMessage(205, LogLevel.Error, "A handler of the informer of {Informer} failed at {Change} {Key}")]
    public static partial void HandlerFailed(ILogger log, Exception exception, string informer, InformerChangeType change, ObjectKey key);

    [LoggerMessage(206, LogLevel.Warning, "The transform of the informer of {Informer} failed at {Key}; the object is kept as it came")]
    public static partial void TransformFailed(ILogger log, Exception exception, string informer, ObjectKey key);

    [LoggerMessage(207, LogLevel.Warning, "The index {Index} of the informer of {Informer} failed; objects for which it does are not in it")]
    public static partial void IndexFailed(ILogger log, Exception exception, string informer, string index);
}
