using System.Text;
using System.Text.Json;
using Podkit.Client.Http;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Errors;

/// <summary>Makes an exception of an answer that is not a success.</summary>
internal static class StatusReader
{
    private const int MaximumBytes = 1 << 20;
    private const int MaximumLine = 200;

    public static async Task<KubernetesException> ReadAsync(HttpResponseMessage response, ApiCall call, string description, TimeProvider time, CancellationToken cancellationToken)
    {
        using var body = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        var redaction = new Redaction(call, response.RequestMessage?.Headers.Authorization?.Parameter);
        var status = (body is null ? null : TryParse(body.Span)) ?? Synthesize(response, body, call, description, redaction);
        status.Code ??= (int)response.StatusCode;
        redaction.Apply(status);
        return new KubernetesException(status, RetryAfter.Of(response, time))
        {
            FlowSchemaUid = Header(response, "X-Kubernetes-PF-FlowSchema-UID"),
            PriorityLevelUid = Header(response, "X-Kubernetes-PF-PriorityLevel-UID"),
        };
    }

    /// <summary>The Status in a body, or null when it is something else.</summary>
    public static Status? TryParse(ReadOnlySpan<byte> body)
    {
        return Resources.ListReader.IsStatusSafe(body) ? TryParseAny(body) : null;
    }

    /// <summary>A Status that need not say that it is one, as at the end of exec.</summary>
    public static Status? TryParseAny(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, KubernetesJson.Default.MetaV1Status);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<BodyBuffer?> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await BodyBuffer.ReadAsync(response.Content, MaximumBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesConnectionException or IOException or HttpRequestException)
        {
            return null;
        }
    }

    // What is not a Status comes from something in between, such as a load balancer: its first line helps to find it.
    private static Status Synthesize(HttpResponseMessage response, BodyBuffer? body, ApiCall call, string description, Redaction redaction)
    {
        var code = (int)response.StatusCode;
        var message = $"{description} was answered {code} {response.ReasonPhrase}".TrimEnd();
        if (body is not null && !call.Sensitive && FirstLine(body.Span, redaction) is { Length: > 0 } line) message += $": {line}";
        return new Status { StatusValue = "Failure", Code = code, Reason = ReasonOf(code), Message = message };
    }

    // Cut only what is clean already: of a secret that is cut, nobody sees any more that it is one.
    private static string FirstLine(ReadOnlySpan<byte> body, Redaction redaction)
    {
        var end = body.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0) body = body[..end];
        var text = Encoding.UTF8.GetString(body);
        text = redaction.Clean(string.Concat(text.Where(c => !char.IsControl(c))));
        return (text.Length > MaximumLine ? text[..MaximumLine] : text).Trim();
    }

    private static string ReasonOf(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        409 => "Conflict",
        410 => "Gone",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "Unknown",
    };

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
