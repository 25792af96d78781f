using System.Globalization;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>An entry of <c>metadata.managedFields</c>: a manager and the fields that it owns.</summary>
internal sealed class ManagerEntry
{
    public const string UpdateOperation = "Update";
    public const string ApplyOperation = "Apply";

    private JsonObject? _node;
    private bool _isRead = true;
    private FieldSet? _set;
    private string? _time;

    public required string Manager { get; init; }

    /// <summary><c>Update</c> or <c>Apply</c>.</summary>
    public required string Operation { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>Empty for the object itself.</summary>
    public required string Subresource { get; init; }

    /// <summary>When the set last changed; null when nobody wrote it down.</summary>
    public string? Time
    {
        get => _time;
        set
        {
            _time = value;
            if (_node is not null && value is not null) _node["time"] = value;
        }
    }

    /// <summary>The fields owned; null for none. Read from the document when first asked for: most writes touch few of them.</summary>
    public FieldSet? Set
    {
        get
        {
            if (_isRead) return _set;
            _isRead = true;
            return FieldSetJson.TryRead(_node!["fieldsV1"], out _set) ? _set : _set = null;
        }

        set
        {
            if (_isRead && ReferenceEquals(value, _set)) return;
            _isRead = true;
            _set = value;
            if (_node is not null && value is not null) _node["fieldsV1"] = FieldSetJson.Write(value);
        }
    }

    public bool IsApply => Operation == ApplyOperation;

    /// <summary>Whether both entries stand for the same manager: an applier is the same in every version.</summary>
    public bool IsSame(ManagerEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource && (IsApply || ApiVersion == other.ApiVersion);

    /// <summary>The entry of a document, or null when it is none that a server wrote. It takes the node, which must have no parent.</summary>
    /// <param name="node">The entry as JSON.</param>
    /// <param name="isTrusted">Whether a server wrote it: its fields need no check.</param>
    public static ManagerEntry? Read(JsonNode? node, bool isTrusted)
    {
        if (node is not JsonObject entry) return null;
        var operation = Text(entry["operation"]);
        var apiVersion = Text(entry["apiVersion"]);
        if (operation is not (UpdateOperation or ApplyOperation) || string.IsNullOrEmpty(apiVersion)) return null;
        if (!isTrusted && !FieldSetJson.TryRead(entry["fieldsV1"], out _)) return null;
        return new ManagerEntry
        {
            Manager = Text(entry["manager"]) ?? "",
            Operation = operation,
            ApiVersion = apiVersion,
            Subresource = Text(entry["subresource"]) ?? "",
            _time = Text(entry["time"]),
            _node = entry,
            _isRead = false,
        };
    }

    /// <summary>Takes fields away.</summary>
    public void Remove(FieldSet fields)
    {
        if (!_isRead && !FieldSetJson.Touches(_node!["fieldsV1"], fields)) return;
        Set = FieldSet.Difference(Set, fields);
    }

    /// <summary>The entry as JSON; the caller owns the node.</summary>
    public JsonObject Write()
    {
        if (_node is not null) return _node;
        var result = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null) result["time"] = Time;
        result["fieldsType"] = "FieldsV1";
        result["fieldsV1"] = Set is null ? [] : FieldSetJson.Write(Set);
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

    /// <summary>Whether the entry owns nothing.</summary>
    public bool IsEmpty => _isRead ? _set is null : _node!["fieldsV1"] is not JsonObject { Count: > 0 };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
