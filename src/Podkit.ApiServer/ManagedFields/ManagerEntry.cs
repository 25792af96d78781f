using System.Globalization;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>An entry of <c>metadata.managedFields</c>: a manager and the fields that it owns.</summary>
internal sealed class ManagerEntry
{
    public const string UpdateOperation = "Update";
    public const string ApplyOperation = "Apply";

    private JsonObject? _recorded;
    private FieldSet? _recordedSet;

    public required string Manager { get; init; }

    /// <summary><c>Update</c> or <c>Apply</c>.</summary>
    public required string Operation { get; init; }

    public required string ApiVersion { get; set; }

    /// <summary>Empty for the object itself.</summary>
    public required string Subresource { get; init; }

    /// <summary>When the set last changed; null when nobody wrote it down.</summary>
    public string? Time { get; set; }

    /// <summary>The fields owned; null for none.</summary>
    public FieldSet? Set { get; set; }

    public bool IsApply => Operation == ApplyOperation;

    /// <summary>Whether both entries stand for the same manager: an applier is the same in every version.</summary>
    public bool IsSame(ManagerEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource && (IsApply || ApiVersion == other.ApiVersion);

    /// <summary>The entry of a document, or null when it is none that a server wrote.</summary>
    public static ManagerEntry? Read(JsonNode? node)
    {
        if (node is not JsonObject entry) return null;
        var operation = Text(entry["operation"]);
        var apiVersion = Text(entry["apiVersion"]);
        if (operation is not (UpdateOperation or ApplyOperation) || string.IsNullOrEmpty(apiVersion)) return null;
        var fields = entry["fieldsV1"];
        if (!FieldSetJson.TryRead(fields, out var set)) return null;
        return new ManagerEntry
        {
            Manager = Text(entry["manager"]) ?? "",
            Operation = operation,
            ApiVersion = apiVersion,
            Subresource = Text(entry["subresource"]) ?? "",
            Time = Text(entry["time"]),
            Set = set,
            _recorded = fields as JsonObject,
            _recordedSet = set,
        };
    }

    public JsonObject Write()
    {
        var result = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null) result["time"] = Time;
        result["fieldsType"] = "FieldsV1";
        result["fieldsV1"] = ReferenceEquals(Set, _recordedSet) && _recorded is not null ? _recorded.DeepClone() : Set is null ? [] : FieldSetJson.Write(Set);
        if (Subresource.Length > 0) result["subresource"] = Subresource;
        return result;
    }

    /// <summary>A time as entries hold it.</summary>
    public static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The order of entries: appliers first, then by time, manager, version and subresource.</summary>
    public static int Compare(ManagerEntry a, ManagerEntry b)
    {
        var order = string.CompareOrdinal(a.Operation, b.Operation);
        if (order == 0) order = string.CompareOrdinal(a.Time ?? "", b.Time ?? "");
        if (order == 0) order = string.CompareOrdinal(a.Manager, b.Manager);
        if (order == 0) order = string.CompareOrdinal(a.ApiVersion, b.ApiVersion);
        return order == 0 ? string.CompareOrdinal(a.Subresource, b.Subresource) : order;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
