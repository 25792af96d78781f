using System.Text.Json;

namespace Podkit.ApiServer.Tables;

/// <summary>What is known of the columns' descriptions (<c>Facts/columns.json</c>): by resource, with <c>*</c> for columns that all share.</summary>
internal static class ColumnDescriptions
{
    private static readonly Lazy<Dictionary<(string Resource, string Column), string>> Known = new(Load);

    public static string Of(string resource, string column) =>
        Known.Value.TryGetValue((resource, column), out var text) || Known.Value.TryGetValue(("*", column), out text) ? text : "";

    private static Dictionary<(string Resource, string Column), string> Load()
    {
        using var stream = typeof(ColumnDescriptions).Assembly.GetManifestResourceStream("columns.json")!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.EnumerateObject()
            .SelectMany(r => r.Value.EnumerateObject().Select(c => (Key: (r.Name, c.Name), Text: c.Value.GetString()!)))
            .ToDictionary(p => p.Key, p => p.Text);
    }
}
