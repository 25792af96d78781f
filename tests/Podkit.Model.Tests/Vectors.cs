using System.Text.Json;

namespace Podkit.Model.Tests;

/// <summary>The recorded answers of the original code.</summary>
internal static class Vectors
{
    public static IReadOnlyList<JsonElement> Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name + ".json")));
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }
}
