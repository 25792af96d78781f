using System.Text.Json;
using Podkit.Client.Http;
using Podkit.Model;

namespace Podkit.Client.Discovery;

/// <summary>Reads discovery in whichever form the server has.</summary>
internal static class DiscoveryReader
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private const int AtOnce = 8;

    public static async Task<ResourceIndex> ReadAsync(ApiInvoker api, CancellationToken cancellationToken)
    {
        var core = GetAsync(api, "/api", Aggregated, cancellationToken);
        var groups = GetAsync(api, "/apis", Aggregated, cancellationToken);
        await Task.WhenAll(core, groups).ConfigureAwait(false);
        using var coreDocument = await core.ConfigureAwait(false);
        using var groupsDocument = await groups.ConfigureAwait(false);

        var found = new List<ResourceKind>();
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        var legacy = new List<string>();
        Add(coreDocument.RootElement, found, failures, legacy);
        Add(groupsDocument.RootElement, found, failures, legacy);
        if (legacy.Count > 0) await ReadLegacyAsync(api, legacy, found, failures, cancellationToken).ConfigureAwait(false);
        return new ResourceIndex(found, failures);
    }

    private static void Add(JsonElement root, List<ResourceKind> found, Dictionary<string, string> failures, List<string> legacy)
    {
        switch (Text(root, "kind"))
        {
            case "APIGroupDiscoveryList":
                foreach (var group in Items(root, "items")) AggregatedDiscovery.Add(group, found, failures);
                break;
            case "APIVersions":
                legacy.AddRange(Items(root, "versions").Select(v => v.GetString()!));
                break;
            case "APIGroupList":
                foreach (var group in Items(root, "groups"))
                {
                    var preferred = group.TryGetProperty("preferredVersion", out var p) ? Text(p, "groupVersion") : "";
                    legacy.AddRange(Items(group, "versions").Select(v => Text(v, "groupVersion")).OrderBy(v => v == preferred ? 0 : 1));
                }

                break;
            default:
                throw new KubernetesConnectionException(KubernetesConnectionError.Protocol, "the server's answer to discovery is neither an APIGroupDiscoveryList nor an APIVersions nor an APIGroupList");
        }
    }

    private static async Task ReadLegacyAsync(ApiInvoker api, List<string> groupVersions, List<ResourceKind> found, Dictionary<string, string> failures, CancellationToken cancellationToken)
    {
        foreach (var some in groupVersions.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(some.Select(v => TryGetAsync(api, v, cancellationToken))).ConfigureAwait(false);
            foreach (var (groupVersion, document, failure) in answers)
            {
                if (document is null)
                {
                    failures[groupVersion] = failure!;
                    continue;
                }

                using (document) LegacyDiscovery.Add(groupVersion, document.RootElement, found);
            }
        }
    }

    private static async Task<(string GroupVersion, JsonDocument? Document, string? Failure)> TryGetAsync(ApiInvoker api, string groupVersion, CancellationToken cancellationToken)
    {
        var path = groupVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{groupVersion}" : $"/api/{groupVersion}";
        try
        {
            return (groupVersion, await GetAsync(api, path, "application/json", cancellationToken).ConfigureAwait(false), null);
        }
        catch (KubernetesException e) when (!e.IsUnauthorized && !e.IsForbidden)
        {
            // The server of an aggregated API is down: the others are still of use.
            return (groupVersion, null, e.Message);
        }
    }

    private static Task<JsonDocument> GetAsync(ApiInvoker api, string path, string accept, CancellationToken cancellationToken) =>
        api.CallAsync(new ApiCall(HttpMethod.Get, path) { Accept = accept }, Parse, cancellationToken);

    private static JsonDocument Parse(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return JsonDocument.ParseValue(ref reader);
    }

    internal static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : "";

    internal static IEnumerable<JsonElement> Items(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Array ? v.EnumerateArray() : Enumerable.Empty<JsonElement>();

    internal static List<string> Texts(JsonElement value, string name) => [.. Items(value, name).Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)];
}
