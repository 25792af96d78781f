namespace Podkit.Client;

/// <summary>
/// The names by which OpenTelemetry collects what the client tells: <c>AddSource(KubernetesTelemetry.ActivitySourceName)</c> and
/// <c>AddMeter(KubernetesTelemetry.MeterName)</c>. The instruments and attributes are those of the conventions for HTTP clients
/// (<c>http.client.request.duration</c>, <c>http.request.method</c>, <c>server.address</c>, ...), and <c>kubernetes.resource</c>, <c>kubernetes.verb</c>,
/// <c>k8s.namespace.name</c>. Whoever also collects the meter <c>System.Net.Http</c> sees each request in both.
/// </summary>
public static class KubernetesTelemetry
{
    /// <summary>The name of the source of spans.</summary>
    public const string ActivitySourceName = "Podkit.Client";

    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Podkit.Client";

    internal static string? Version => typeof(KubernetesTelemetry).Assembly.GetName().Version?.ToString(3);
}
