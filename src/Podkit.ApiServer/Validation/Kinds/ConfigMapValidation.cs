using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of ConfigMaps.</summary>
internal static class ConfigMapValidation
{
    /// <summary>How much a ConfigMap or a Secret may hold.</summary>
    public const int MaximumSize = 1024 * 1024;

    /// <summary>How Kubernetes writes the path of the object as a whole.</summary>
    public static readonly FieldPath Whole = FieldPath.Root("[]");

    public static void Validate(JsonObject obj, List<FieldError> errors)
    {
        var (data, binary) = (FieldPath.Root("data"), FieldPath.Root("binaryData"));
        var size = 0L;
        foreach (var (key, value) in obj.Texts("data"))
        {
            FieldChecks.Names(Names.IsConfigMapKey(key), key, data.Key(key), errors);
            if (obj.Object("binaryData")?.ContainsKey(key) == true) errors.Add(FieldError.Invalid(data.Key(key), key, "duplicate of key present in binaryData"));
            size += Encoding.UTF8.GetByteCount(value);
        }

        foreach (var (key, value) in obj.Texts("binaryData"))
        {
            FieldChecks.Names(Names.IsConfigMapKey(key), key, binary.Key(key), errors);
            size += Size(value);
        }

        if (size > MaximumSize) errors.Add(FieldError.TooLong(Whole, MaximumSize));
    }

    public static void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors) => CheckImmutable(obj, old, ["data", "binaryData"], errors);

    /// <summary>What is marked immutable stays so, with all that it holds.</summary>
    public static void CheckImmutable(JsonObject obj, JsonObject old, ReadOnlySpan<string> fields, List<FieldError> errors)
    {
        const string Why = "field is immutable when `immutable` is set";
        if (!old.Flag("immutable")) return;
        if (!obj.Flag("immutable")) errors.Add(FieldError.Forbidden(FieldPath.Root("immutable"), Why));
        foreach (var field in fields)
        {
            if (!JsonNode.DeepEquals(obj[field], old[field])) errors.Add(FieldError.Forbidden(FieldPath.Root(field), Why));
        }
    }

    /// <summary>How many bytes a base64 text stands for.</summary>
    public static long Size(string base64) => base64.TrimEnd('=').Length * 3L / 4;
}
