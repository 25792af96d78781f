using System.Text.Json.Nodes;

namespace Podkit.Model.Validation;

/// <summary>A validation error of one field, worded as Kubernetes words it.</summary>
/// <param name="Type">What is wrong.</param>
/// <param name="Field">The field's path.</param>
/// <param name="Message">The sentence without the path, such as <c>Required value: must be set</c>.</param>
public sealed record FieldError(FieldErrorType Type, string Field, string Message)
{
    /// <summary>A value is malformed: <c>Invalid value: "x": detail</c>.</summary>
    /// <param name="path">The field.</param>
    /// <param name="value">The bad value: a string, number, boolean, JsonNode or null.</param>
    /// <param name="detail">Why.</param>
    public static FieldError Invalid(FieldPath path, object? value, string detail) =>
        new(FieldErrorType.FieldValueInvalid, path.ToString(), $"Invalid value: {Quote(value)}{Detail(detail)}");

    /// <summary>A value is missing: <c>Required value: detail</c>.</summary>
    public static FieldError Required(FieldPath path, string detail) =>
        new(FieldErrorType.FieldValueRequired, path.ToString(), $"Required value{Detail(detail)}");

    /// <summary>A value is none of those supported: <c>Unsupported value: "x": supported values: "a", "b"</c>, sorted.</summary>
    public static FieldError NotSupported(FieldPath path, object? value, IEnumerable<string> supported) =>
        new(FieldErrorType.FieldValueNotSupported, path.ToString(),
            $"Unsupported value: {Quote(value)}: supported values: {string.Join(", ", supported.Order(StringComparer.Ordinal).Select(s => Quote(s)))}");

    /// <summary>A value is none of those supported, which are told in the order given: <c>Unsupported value: "x": supported values: "b", "a"</c>.</summary>
    public static FieldError NotSupportedInOrder(FieldPath path, object? value, IEnumerable<string> supported) =>
        new(FieldErrorType.FieldValueNotSupported, path.ToString(),
            $"Unsupported value: {Quote(value)}: supported values: {string.Join(", ", supported.Select(s => Quote(s)))}");

    /// <summary>A value stands twice: <c>Duplicate value: "x"</c>.</summary>
    public static FieldError Duplicate(FieldPath path, object? value) =>
        new(FieldErrorType.FieldValueDuplicate, path.ToString(), $"Duplicate value: {Quote(value)}");

    /// <summary>What a value refers to is not there: <c>Not found: "x"</c>.</summary>
    public static FieldError NotFound(FieldPath path, object? value) =>
        new(FieldErrorType.FieldValueNotFound, path.ToString(), $"Not found: {Quote(value)}");

    /// <summary>A value may not be set here: <c>Forbidden: detail</c>.</summary>
    public static FieldError Forbidden(FieldPath path, string detail) =>
        new(FieldErrorType.FieldValueForbidden, path.ToString(), $"Forbidden{Detail(detail)}");

    /// <summary>A value is too long: <c>Too long: may not be more than N bytes</c>.</summary>
    public static FieldError TooLong(FieldPath path, int maximum) =>
        new(FieldErrorType.FieldValueTooLong, path.ToString(), $"Too long: may not be more than {maximum} bytes");

    /// <summary>A list is too long: <c>Too many: 5: must have at most 4 items</c>.</summary>
    public static FieldError TooMany(FieldPath path, int actual, int maximum) =>
        new(FieldErrorType.FieldValueTooMany, path.ToString(), $"Too many: {actual}: must have at most {maximum} items");

    /// <summary>The path and the sentence.</summary>
    public override string ToString() => $"{Field}: {Message}";

    private static string Detail(string detail) => detail.Length == 0 ? "" : ": " + detail;

    /// <summary>A value as Go's <c>%q</c> for strings and JSON for the rest.</summary>
    private static string Quote(object? value) => value switch
    {
        null => "null",
        string s => JsonValue.Create(s).ToJsonString(Relaxed),
        bool b => b ? "true" : "false",
        JsonNode n => n.ToJsonString(Relaxed),
        IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => $"\"{value}\"",
    };

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = KubernetesJson.Default };
}
