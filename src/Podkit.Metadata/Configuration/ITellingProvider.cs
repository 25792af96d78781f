using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Configuration;

/// <summary>A provider of configuration that has something to say.</summary>
internal interface ITellingProvider
{
    /// <summary>Gives the app's loggers. What there was to say until now is said at once; a second call changes nothing.</summary>
    void UseLogger(ILoggerFactory loggers);
}
