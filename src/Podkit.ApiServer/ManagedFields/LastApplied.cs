using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>
/// What <c>kubectl apply</c> left in an annotation before the same user turned to <c>kubectl apply --server-side</c>: the fields that it set
/// are the user's own, and the annotation follows, so that the way back stays open.
/// </summary>
internal static class LastApplied
{
    /// <summary>The manager to which this applies; every other opts out.</summary>
    public const string Manager = "kubectl";

    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const int MaxAnnotationBytes = 256 * 1024;

    /// <summary>The fields that the annotation sets and that still are as it set them, or null.</summary>
    public static FieldSet? Unchanged(JsonObject live, string apiVersion, MergeType type)
    {
        if (Annotations(live)?[Annotation] is not JsonValue value || !value.TryGetValue(out string? text) || Parse(text) is not { } applied) return null;
        if ((applied["apiVersion"] as JsonValue)?.TryGetValue(out string? version) != true || version != apiVersion) return null;
        if (AppliedObjectCheck.Find(applied, type) is not null) return null;
        var delta = ObjectComparer.Compare(applied, live, type);
        return FieldSet.Difference(FieldSet.Difference(AppliedFields.Of(applied, type), delta.Changed), delta.Removed);
    }

    /// <summary>Writes into the annotation of an object, where it has one, what has been applied now.</summary>
    public static void Refresh(JsonObject document, JsonObject applied)
    {
        if (Annotations(document) is not { } annotations || !annotations.ContainsKey(Annotation)) return;
        var copy = (JsonObject)applied.DeepClone();
        Annotations(copy)?.Remove(Annotation);
        annotations[Annotation] = Encoding.UTF8.GetString(JsonText.ToBytes(Sorted(copy))) + "\n";
        var size = annotations.Sum(x => x.Key.Length + (x.Value is JsonValue value && value.TryGetValue(out string? text) ? Encoding.UTF8.GetByteCount(text) : 0));
        if (size > MaxAnnotationBytes) annotations.Remove(Annotation);
    }

    private static JsonObject? Annotations(JsonObject document) => (document["metadata"] as JsonObject)?["annotations"] as JsonObject;

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            // Somebody else wrote the annotation: it allows nothing.
            return null;
        }
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => KeyValuePair.Create(x.Key, x.Value is null ? null : Sorted(x.Value)))),
        JsonArray items => new JsonArray([.. items.Select(x => x is null ? null : Sorted(x))]),
        _ => node.DeepClone(),
    };
}
