using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of events, of both groups.</summary>
internal static class EventCells
{
    public static JsonNode? Make(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Last Seen" => LastSeen(item, time),
        "Type" => item.Text("type"),
        "Reason" => item.Text("reason"),
        "Object" => Subject(item),
        "Subobject" => Either(item, "involvedObject.fieldPath", "regarding.fieldPath"),
        "Source" => Source(item),
        "Message" => Either(item, "message", "note").Trim(),
        "First Seen" => FirstSeen(item, time),
        "Count" => Count(item),
        _ => null,
    };

    private static string Either(JsonObject item, string path, string other) => item.TextAt(path) is { Length: > 0 } text ? text : item.TextAt(other);

    private static string Subject(JsonObject item)
    {
        var subject = (item["involvedObject"] ?? item["regarding"]) as JsonObject ?? [];
        return subject.Text("kind").ToLowerInvariant() + "/" + subject.Text("name");
    }

    private static string Source(JsonObject item)
    {
        var component = Either(item, "source.component", "deprecatedSource.component");
        if (component.Length == 0) component = Either(item, "reportingComponent", "reportingController");
        var host = Either(item, "source.host", "deprecatedSource.host");
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static string FirstSeen(JsonObject item, TimeProvider time)
    {
        var path = new[] { "firstTimestamp", "deprecatedFirstTimestamp", "eventTime" }.FirstOrDefault(p => item.TimeAt(p) is not null);
        return path is null ? "<unknown>" : HumanDuration.Since(item, path, time);
    }

    private static string LastSeen(JsonObject item, TimeProvider time)
    {
        var path = new[] { "series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp" }.FirstOrDefault(p => item.TimeAt(p) is not null);
        return path is null ? FirstSeen(item, time) : HumanDuration.Since(item, path, time);
    }

    private static JsonValue Count(JsonObject item)
    {
        var series = (item["series"] as JsonObject)?.Number("count");
        var count = series ?? item.Number("count") ?? item.Number("deprecatedCount") ?? 0;
        return JsonValue.Create(count == 0 ? 1 : count);
    }
}
