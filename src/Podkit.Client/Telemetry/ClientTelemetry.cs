using System.Diagnostics;
using System.Diagnostics.Metrics;
using Podkit.Client.Http;

namespace Podkit.Client.Telemetry;

/// <summary>
/// Spans and metrics of every request, named after OpenTelemetry's conventions for HTTP clients, with what Kubernetes adds: resource, verb and namespace.
/// Queries, headers and bodies are in none of them.
/// </summary>
internal static class ClientTelemetry
{
    private static readonly ActivitySource Source = new(KubernetesTelemetry.ActivitySourceName, KubernetesTelemetry.Version);
    private static readonly Meter Meter = new(KubernetesTelemetry.MeterName, KubernetesTelemetry.Version);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "http.client.request.duration", "s", "Duration of requests to the API server, until the headers of the answer are there.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>("http.client.active_requests", "{request}", "Requests whose answer has not begun.");
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("podkit.client.retries", "{request}", "Requests sent again because the server asked for it.");
    private static readonly Counter<long> Renewals = Meter.CreateCounter<long>("podkit.client.credential_renewals", "{renewal}", "Credentials renewed because the server refused the ones before.");
    private static readonly Histogram<double> Throttled = Meter.CreateHistogram<double>("podkit.client.rate_limiter.wait", "s", "How long requests waited for the client's own rate limit.");

    public static bool IsWatched => Source.HasListeners() || Duration.Enabled || Active.Enabled;

    public static SentRequest Begin(ApiCall call, Uri server, int attempt)
    {
        if (!IsWatched) return default;
        var activity = Source.HasListeners() ? Start(call, server, attempt) : null;
        if (Active.Enabled) Active.Add(1, Common(call, server));
        return new SentRequest(call, server, activity, Stopwatch.GetTimestamp());
    }

    public static void End(in SentRequest sent, HttpResponseMessage? response, Exception? failure)
    {
        if (sent.Call is not { } call) return;
        var tags = Common(call, sent.Server!);
        if (Active.Enabled) Active.Add(-1, tags);
        int? code = response is null ? null : (int)response.StatusCode;
        var error = failure is not null ? ErrorType(failure) : code >= 400 ? code.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        if (code is { } answered) tags.Add("http.response.status_code", answered);
        if (response is not null) tags.Add("network.protocol.version", response.Version.Major >= 2 ? "2" : "1.1");
        if (error is not null) tags.Add("error.type", error);
        if (call.Resource is { } kind) tags.Add("kubernetes.resource", kind.QualifiedResource);
        tags.Add("kubernetes.verb", Verb(call));
        if (Duration.Enabled) Duration.Record(Stopwatch.GetElapsedTime(sent.BeganAt).TotalSeconds, tags);
        if (sent.Activity is not { } activity) return;
        foreach (var tag in tags) activity.SetTag(tag.Key, tag.Value);
        if (error is not null) activity.SetStatus(ActivityStatusCode.Error);
        activity.Dispose();
    }

    public static void Retried() => Retries.Add(1);

    public static void Renewed() => Renewals.Add(1);

    public static void WaitedForLimit(TimeSpan wait) => Throttled.Record(wait.TotalSeconds);

    /// <summary>The verb that Kubernetes' authorization sees.</summary>
    public static string Verb(ApiCall call) => call.Method.Method switch
    {
        "GET" when call.IsWatch => "watch",
        "GET" when call.IsCollection => "list",
        "POST" => "create",
        "PUT" => "update",
        "DELETE" when call.IsCollection => "deletecollection",
        var method => method.ToLowerInvariant(),
    };

    private static Activity? Start(ApiCall call, Uri server, int attempt)
    {
        var template = Template(call);
        var activity = Source.StartActivity(template is null ? call.Method.Method : $"{call.Method} {template}", ActivityKind.Client);
        if (activity is null) return null;
        activity.SetTag("url.full", new Uri(server, Path(call)).GetLeftPart(UriPartial.Path));
        if (template is not null) activity.SetTag("url.template", template);
        if (attempt > 0) activity.SetTag("http.request.resend_count", attempt);
        if (call.Namespace is { } ns) activity.SetTag("k8s.namespace.name", ns);
        return activity;
    }

    private static TagList Common(ApiCall call, Uri server) => new()
    {
        { "http.request.method", call.Method.Method },
        { "server.address", server.Host },
        { "server.port", server.Port },
        { "url.scheme", server.Scheme },
    };

    private static string Path(ApiCall call)
    {
        var query = call.PathAndQuery.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? call.PathAndQuery : call.PathAndQuery[..query];
    }

    /// <summary>The path with names left out: spans and metrics must not have as many names as there are objects.</summary>
    private static string? Template(ApiCall call)
    {
        if (call.Resource is not { } kind) return null;
        var path = Path(call);
        var namespaced = path.StartsWith($"{kind.BasePath}/namespaces/", StringComparison.Ordinal) && kind.Namespaced;
        var collection = namespaced ? $"{kind.BasePath}/namespaces/{{namespace}}/{kind.Resource}" : $"{kind.BasePath}/{kind.Resource}";
        var rest = path[(path.IndexOf($"/{kind.Resource}", kind.BasePath.Length, StringComparison.Ordinal) + kind.Resource.Length + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return rest.Length switch { 0 => collection, 1 => $"{collection}/{{name}}", _ => $"{collection}/{{name}}/{rest[1]}" };
    }

    private static string ErrorType(Exception failure) => failure switch
    {
        KubernetesConnectionException e => e.Error.ToString(),
        OperationCanceledException => "cancelled",
        _ => failure.GetType().FullName ?? "_OTHER",
    };
}

/// <summary>A request under way; nothing when nobody watches.</summary>
internal readonly record struct SentRequest(ApiCall? Call, Uri? Server, Activity? Activity, long BeganAt);
