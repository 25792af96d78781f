using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Responses;

/// <summary>Writes answers.</summary>
internal static class ResponseWriter
{
    /// <summary>Answers with a document.</summary>
    public static Task WriteAsync(HttpContext http, int code, Representation representation, JsonNode document, IReadOnlyList<string> warnings)
    {
        Begin(http, code, representation.ContentType, warnings);
        var bytes = representation.IsYaml ? Encoding.UTF8.GetBytes(YamlWriter.Write(document)) : JsonText.ToBytes(document);
        return EndAsync(http, bytes);
    }

    /// <summary>Answers with JSON that stands already.</summary>
    public static Task WriteAsync(HttpContext http, int code, Representation representation, ReadOnlyMemory<byte> json, IReadOnlyList<string> warnings)
    {
        if (representation.IsYaml) return WriteAsync(http, code, representation, JsonNode.Parse(json.Span)!, warnings);
        Begin(http, code, representation.ContentType, warnings);
        return EndAsync(http, json);
    }

    /// <summary>Answers with text.</summary>
    public static Task WriteTextAsync(HttpContext http, int code, string text)
    {
        Begin(http, code, "text/plain; charset=utf-8", []);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return EndAsync(http, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Answers with a refusal.</summary>
    public static Task WriteErrorAsync(HttpContext http, ApiException error, IReadOnlyList<string> warnings)
    {
        var representation = Representation.Plain;
        try
        {
            if (error.Code != StatusCodes.Status406NotAcceptable) representation = Representation.Negotiate(http.Request.Headers.Accept) with { As = "" };
        }
        catch (ApiException)
        {
            representation = Representation.Plain;
        }

        if (error.Status.Details?.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, error.Code, representation, ToJson(error.Status), warnings);
    }

    public static byte[] ToJson(Status status) => StatusText.ToJson(status);

    private static void Begin(HttpContext http, int code, string contentType, IReadOnlyList<string> warnings)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-cache, private";
        if (warnings.Count > 0) http.Response.Headers["Warning"] = warnings.Select(w => $"299 - \"{Escape(w)}\"").ToArray();
    }

    private static async Task EndAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '"' or '\\') escaped.Append('\\').Append(c);
            else if (c is >= ' ' and < '\u007f') escaped.Append(c);
            else escaped.Append(' ');
        }

        return escaped.ToString();
    }
}
