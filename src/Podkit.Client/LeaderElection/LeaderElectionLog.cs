using Microsoft.Extensions.Logging;

namespace Podkit.Client;

internal static partial class LeaderElectionLog
{
    [LoggerMessage(221, LogLevel.Information, "{Identity} leads by the lease {Lease} (transition {Transitions})")]
    public static partial void Leads(ILogger log, string identity, string lease, int transitions);

    [LoggerMessage(222, LogLevel.Warning, "{Identity} has lost the lease {Lease} (its holder is \"{Leader}\"); the work is cancelled")]
    public static partial void Lost(ILogger log, string identity, string lease, string leader);

    [LoggerMessage(223, LogLevel.Information, "{Identity} has given back the lease {Lease}")]
    public static partial void Released(ILogger log, string identity, string lease);

    [LoggerMessage(224, LogLevel.Warning, "{Identity} could not give back the lease {Lease}; it runs out in {Duration}: {Problem}")]
    public static partial void NotReleased(ILogger log, string identity, string lease, TimeSpan duration, string problem);

    [LoggerMessage(225, LogLevel.Warning, "{Identity} could not take or renew the lease {Lease}: {Problem}")]
    public static partial void Failed(ILogger log, string identity, string lease, string problem);

    [LoggerMessage(226, LogLevel.Error, "A listener to the leader of the lease {Lease} failed; {Identity} goes on")]
    public static partial void ListenerFailed(ILogger log, Exception exception, string identity, string lease);
}
