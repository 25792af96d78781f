using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Podkit.Testing;

/// <summary>Answers as an API server gives them.</summary>
internal static class Answers
{
    public static async Task Json(this HttpContext context, string json, int code = 200)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task Status(this HttpContext context, int code, string reason, string message, string details = "{}") => context.Json(
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","details":{{details}},"code":{{code}}}""", code);

    public static async Task Line(this HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Begins a watch: the headers are sent at once.</summary>
    public static async Task BeginWatch(this HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Keeps a request open until the client goes away.</summary>
    public static async Task Forever(this HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // That is the end of it.
        }
    }

    public static bool IsWatch(this HttpContext context) => context.Request.Query.ContainsKey("watch");

    public static string Pod(string name, int version, string? label = null) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"default","resourceVersion":"{{{version}}}"{{{(label is null ? "" : $$""","labels":{"env":"{{label}}"}""")}}}},"spec":{"containers":[]},"status":{}}""");

    public static string Event(string type, string value) => $$"""{"type":"{{type}}","object":{{value}}}""";

    public static string PodList(int version, string? next, params string[] pods) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(',', pods)}}]}""");
}
