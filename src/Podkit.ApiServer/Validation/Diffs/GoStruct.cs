using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Validation;

/// <summary>A document as Go's internal struct for it: Go's names and order, every field, absent ones as null or zero.</summary>
internal static class GoStruct
{
    private const string PodSpecType = "io.k8s.api.core.v1.PodSpec";
    private static readonly string[] HostFields = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

    /// <summary>A pod's spec. Inside, what the pod shares with its host stands in the security context.</summary>
    public static JsonObject OfPodSpec(JsonObject spec)
    {
        var copy = (JsonObject)spec.DeepClone();
        var context = copy.EnsureObject("securityContext");
        foreach (var field in HostFields)
        {
            if (copy[field] is { } value) context[field] = value.DeepClone();
        }

        return Of(copy, SchemaRegistry.Find(PodSpecType)!);
    }

    /// <summary>A document of that type.</summary>
    public static JsonObject Of(JsonObject document, TypeSchema schema)
    {
        var owner = GoTypeNames.ShortName(schema);
        var result = new JsonObject();
        foreach (var name in GoStructOrder.Of(schema.Name) ?? [.. schema.Fields!.Keys])
        {
            var value = document[name];
            result[GoFieldNames.Of(owner, name)] = schema.Fields!.TryGetValue(name, out var field) ? Value(value, field, owner, name) : HostField(value, name);
        }

        return result;
    }

    /// <summary>
    /// The trust bundle of a projection takes seven lines though there is none: the line numbers of the recorded differences are right only then.
    /// </summary>
    private static bool IsAlwaysThere(string owner, string name) => owner == "VolumeProjection" && name == "clusterTrustBundle";

    private static JsonNode? HostField(JsonNode? value, string name) =>
        value?.DeepClone() ?? (name is "shareProcessNamespace" or "hostUsers" ? null : JsonValue.Create(false));

    private static JsonNode? Value(JsonNode? value, FieldSchema field, string owner, string name)
    {
        switch (value)
        {
            case JsonArray list when field.List is { } element:
                return new JsonArray([.. list.Select(item => Value(item, element, owner, name))]);
            case JsonObject map when field.Map is { } mapped:
                return new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Value(p.Value, mapped, owner, name))));
            case null when field.Target?.Fields is null:
                return GoFieldTraits.Zero(owner, name, field);
        }

        if (field.Target is not { Fields: not null } target) return value?.DeepClone();
        if (value is null && field.Default is null && !IsAlwaysThere(owner, name)) return null;
        return target.Name.EndsWith(".meta.v1.LabelSelector", StringComparison.Ordinal) ? Served(value) : Of(value as JsonObject ?? [], target);
    }

    /// <summary>Label selectors look inside as they are served.</summary>
    private static JsonObject Served(JsonNode? selector)
    {
        var result = new JsonObject();
        if (selector?["matchLabels"] is JsonObject labels)
            result["matchLabels"] = new JsonObject(labels.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        if (selector?["matchExpressions"] is { } expressions) result["matchExpressions"] = expressions.DeepClone();
        return result;
    }
}
