using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tables;

/// <summary>The forms of objects that kubectl and metadata clients ask for: Table and PartialObjectMetadata.</summary>
internal static class TableWriter
{
    private static readonly IReadOnlyList<TableColumn> Fallback = [new("Name", "string", "name", 0), new("Age", "string", "", 0)];

    /// <summary>The objects as a Table.</summary>
    /// <param name="strategy">What they are.</param>
    /// <param name="items">The objects.</param>
    /// <param name="revision">The version of the list, or of the one object.</param>
    /// <param name="includeObject">What a row carries of its object: <c>None</c>, <c>Metadata</c> (the default) or <c>Object</c>.</param>
    /// <param name="time">The clock, for ages.</param>
    /// <param name="withColumns">Whether the columns are described; a watch describes them once.</param>
    public static JsonObject Write(ResourceStrategy strategy, IEnumerable<JsonObject> items, long revision, string includeObject, TimeProvider time, bool withColumns = true)
    {
        var columns = strategy.Kind.Columns.Count > 0 ? strategy.Kind.Columns : Fallback;
        var rows = new JsonArray();
        foreach (var item in items) rows.Add((JsonNode)Row(strategy.Kind, columns, item, includeObject, time));
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) },
            ["columnDefinitions"] = withColumns ? Describe(strategy.Kind, columns) : null,
            ["rows"] = rows,
        };
    }

    /// <summary>The object without everything but its metadata.</summary>
    public static JsonObject PartialMetadata(JsonObject document) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = document["metadata"]?.DeepClone(),
    };

    private static JsonArray Describe(ResourceKind kind, IReadOnlyList<TableColumn> columns) => new(
    [
        .. columns.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["type"] = c.Type,
            ["format"] = c.Format,
            ["description"] = ColumnDescriptions.Of(kind.Resource, c.Name),
            ["priority"] = c.Priority,
        }),
    ]);

    private static JsonObject Row(ResourceKind kind, IReadOnlyList<TableColumn> columns, JsonObject document, string includeObject, TimeProvider time)
    {
        var cells = new JsonArray();
        var make = CellTable.Of(kind);
        foreach (var column in columns) cells.Add(make(document, column.Name, time) ?? CommonCells.Make(document, column, time));
        var row = new JsonObject { ["cells"] = cells };
        if (kind == Operations.Kinds.Pods && document.TextAt("status.phase") is "Succeeded" or "Failed") row["conditions"] = PodCells.Completed(document.TextAt("status.phase"));
        if (includeObject == "Object") row["object"] = document;
        else if (includeObject != "None") row["object"] = PartialMetadata(document);
        return row;
    }
}
