using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Tests;

/// <summary>The recorded facts beside the tests.</summary>
internal static class TestData
{
    public static JsonArray Array(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", name)))!.AsArray();
}
