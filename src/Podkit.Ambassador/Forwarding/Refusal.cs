using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Podkit.Ambassador.Forwarding;

/// <summary>An answer of the ambassador's own, in the form that Kubernetes clients read: a Status.</summary>
internal readonly record struct Refusal(int Code, string Reason, string Message)
{
    public static Refusal BadRequest(string message) => new(400, "BadRequest", message);

    public static Refusal Forbidden(string message) => new(403, "Forbidden", message);

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", "Status");
            json.WriteString("apiVersion", "v1");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteString("status", "Failure");
            json.WriteString("message", $"podkit proxy: {Message}");
            json.WriteString("reason", Reason);
            json.WriteNumber("code", Code);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public async Task WriteAsync(IFeatureCollection features)
    {
        var body = ToJson();
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = Code;
        response.Headers.ContentType = "application/json";
        response.Headers.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (features.GetRequiredFeature<IHttpRequestFeature>().Method == "HEAD") return;
        await features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body).ConfigureAwait(false);
    }

    /// <summary>The whole message, for a connection that has left HTTP's server behind.</summary>
    public byte[] ToMessage()
    {
        var body = ToJson();
        var head = $"HTTP/1.1 {Code} {ReasonPhrase}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private string ReasonPhrase => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Code);
}
