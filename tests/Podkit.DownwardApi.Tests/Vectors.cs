using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Podkit.DownwardApi.Tests;

/// <summary>The recorded answers of Kubernetes in Data/.</summary>
internal static class Vectors
{
    public static JsonElement Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", file)));
        return document.RootElement.Clone();
    }

    public static T As<T>(this JsonElement element, JsonTypeInfo<T> type) => element.Deserialize(type)!;

    public static Dictionary<string, string> AsMap(this JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!)
        : [];

    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
