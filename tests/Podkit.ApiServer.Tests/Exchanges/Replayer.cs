using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Podkit.ApiServer.Tests.Hosting;

namespace Podkit.ApiServer.Tests.Exchanges;

/// <summary>Sends the requests of one recorded scenario, in order, and tells which answers are not those of kube-apiserver 1.34.</summary>
internal sealed partial class Replayer(TestServer server)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, JsonNode?> saved = [];
    private readonly Dictionary<string, string> tokens = [];

    /// <summary>What differs, by the number of the exchange; nothing for one that is exact.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> RunAsync(JsonArray scenario)
    {
        var results = new List<IReadOnlyList<string>>();
        foreach (var step in scenario) results.Add(await StepAsync(step!.AsObject()));
        return results;
    }

    private async Task<IReadOnlyList<string>> StepAsync(JsonObject step)
    {
        try
        {
            // What other servers need time for is part of the recording; this one is given as much.
            if (step["sleep"] is { } seconds) await Task.Delay(TimeSpan.FromSeconds(seconds.GetValue<double>()));
            var got = await SendAsync(step);
            var want = new JsonObject(step["response"]!.AsObject()
                .Where(p => p.Key is "status" or "contentType" or "warning" or "body" or "events")
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
            if (want.ContainsKey("events")) got["events"] = Events(got["body"]!);
            if (step["save"] is { } name) saved[name.GetValue<string>()] = Parsed(got["body"]!);
            if (want.ContainsKey("events")) got.Remove("body");
            else got["body"] = Parsed(got["body"]!)?.DeepClone();
            return [.. Differences.Between(Mask.Apply(want), Mask.Apply(got))];
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or TaskCanceledException or KeyNotFoundException)
        {
            return [$"no answer: {e.Message}"];
        }
    }

    private async Task<JsonObject> SendAsync(JsonObject step)
    {
        using var request = new HttpRequestMessage(new HttpMethod(step["method"]!.GetValue<string>()), Resolve(step["path"]!.GetValue<string>()));
        request.Headers.TryAddWithoutValidation("User-Agent", "Python-urllib/3.11");
        request.Headers.TryAddWithoutValidation("Accept", (string?)step["accept"] ?? "application/json");
        foreach (var (name, value) in step["headers"] as JsonObject ?? []) request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        if (step["body"] is { } body)
        {
            var text = body is JsonValue v ? v.GetValue<string>() : body.ToJsonString(Plain);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Resolve(text)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", (string?)step["contentType"] ?? "application/json");
        }

        var client = server.Admin;
        if ((string?)step["user"] is { } user)
        {
            client = server.Bearer;
            var token = user.StartsWith("sa:", StringComparison.Ordinal) ? await TokenAsync(user[3..]) : Resolve(user[6..]);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        using var response = await client.SendAsync(request);
        var got = new JsonObject
        {
            ["status"] = (int)response.StatusCode,
            ["contentType"] = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.First() : "",
            ["body"] = await response.Content.ReadAsStringAsync(),
        };
        if (response.Headers.NonValidated.TryGetValues("Warning", out var warnings)) got["warning"] = warnings.First();
        return got;
    }

    private async Task<string> TokenAsync(string account)
    {
        if (tokens.TryGetValue(account, out var known)) return known;
        var parts = account.Split('/');
        var (_, body) = await server.SendAsync(
            "POST", $"/api/v1/namespaces/{parts[0]}/serviceaccounts/{parts[1]}/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");
        return tokens[account] = body["status"]!["token"]!.GetValue<string>();
    }

    private static JsonArray Events(JsonNode body)
    {
        var text = body.GetValue<string>();
        return Parsed(body) is JsonObject one ? [one.DeepClone()] : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l))];
    }

    private static JsonNode? Parsed(JsonNode body)
    {
        try
        {
            return JsonNode.Parse(body.GetValue<string>());
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private string Resolve(string template) => Placeholder().Replace(template, match =>
    {
        JsonNode? at = null;
        foreach (var (key, i) in match.Groups[1].Value.Split('.').Select((k, i) => (k, i)))
            at = i == 0 ? saved[key] : at is JsonArray list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at![key];
        return at is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : at!.ToJsonString(Plain);
    });

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Placeholder();
}
