using Podkit.Client;

namespace Podkit.Ambassador.Forwarding;

/// <summary>What to tell a client when the API server cannot be talked to.</summary>
internal static class UpstreamFailure
{
    /// <summary>Null when the failure is the client's own going away.</summary>
    public static Refusal? Of(Exception exception, KubernetesClientConfiguration configuration, CancellationToken aborted)
    {
        if (aborted.IsCancellationRequested) return null;
        if (exception is KubernetesConfigurationException) return new Refusal(502, "ServiceUnavailable", exception.Message);
        if (KubernetesConnectionException.Explain(exception, configuration) is not { } known) return null;
        return known.Error == KubernetesConnectionError.TimedOut ? new Refusal(504, "Timeout", known.Message) : new Refusal(502, "ServiceUnavailable", known.Message);
    }
}
