using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Podkit.Client.Http;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Errors;

/// <summary>Removes from a server's answer what a server may have quoted of the request: its token, and the values of secrets.</summary>
internal sealed class Redaction
{
    public const string Mark = "<redacted>";

    // Kubernetes' own words stay what they are, also when somebody keeps one of them in a secret: programs decide by them.
    private static readonly HashSet<string> Reasons =
    [
        "Unknown", "Unauthorized", "Forbidden", "NotFound", "AlreadyExists", "Conflict", "Gone", "Invalid", "ServerTimeout", "StoreReadError", "Timeout", "TooManyRequests", "BadRequest",
        "MethodNotAllowed", "NotAcceptable", "RequestEntityTooLarge", "UnsupportedMediaType", "InternalError", "Expired", "ServiceUnavailable",
        "FieldValueNotFound", "FieldValueRequired", "FieldValueDuplicate", "FieldValueInvalid", "FieldValueNotSupported", "FieldValueForbidden", "FieldValueTooLong", "FieldValueTooMany",
        "FieldValueTypeInvalid", "UnexpectedServerResponse", "FieldManagerConflict", "ResourceVersionTooLarge", "NamespaceTerminating", "DisruptionBudget",
    ];

    private readonly List<string> _secrets = [];

    public Redaction(ApiCall call, string? token)
    {
        if (!string.IsNullOrEmpty(token)) _secrets.Add(token);
        if (call is { Sensitive: true, Body: { } body }) Collect(body.Span, _secrets);

        // The longest first: a value that holds another one must not leave its rest behind.
        _secrets.Sort((a, b) => b.Length.CompareTo(a.Length));
    }

    /// <summary>Cleans all of a Status that is text of the server's.</summary>
    public void Apply(Status status)
    {
        if (_secrets.Count == 0) return;
        status.Message = Clean(status.Message);
        status.Reason = CleanReason(status.Reason);
        if (status.Details is not { } details) return;
        details.Name = Clean(details.Name);
        foreach (var cause in details.Causes ?? [])
        {
            cause.Message = Clean(cause.Message);
            cause.Reason = CleanReason(cause.Reason);
            cause.Field = Clean(cause.Field);
        }
    }

    [return: NotNullIfNotNull(nameof(text))]
    public string? Clean(string? text)
    {
        foreach (var secret in _secrets) text = text?.Replace(secret, Mark, StringComparison.Ordinal);
        return text;
    }

    private string? CleanReason(string? reason) => reason is null || Reasons.Contains(reason) ? reason : Clean(reason);

    /// <summary>Every string below <c>data</c>, <c>stringData</c> and the like: all values, whatever kind of patch the body is.</summary>
    private static void Collect(ReadOnlySpan<byte> body, List<string> secrets)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            var depth = -1;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && depth < 0 && IsSecretField(ref reader)) depth = reader.CurrentDepth;
                else if (reader.TokenType is JsonTokenType.EndObject && reader.CurrentDepth < depth) depth = -1;
                else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth && !IsSecretField(ref reader)) depth = -1;
                else if (reader.TokenType == JsonTokenType.String && depth >= 0) Add(reader.GetString()!, secrets);
            }
        }
        catch (JsonException)
        {
            // Not JSON, such as an apply patch in YAML: nothing of it is known, so nothing can be told apart.
            secrets.AddRange(Encoding.UTF8.GetString(body).Split((char[])[' ', '\n', '\r', '\t', '"', '\''], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length >= 8));
        }
    }

    private static bool IsSecretField(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("stringData"u8) || reader.ValueTextEquals("value"u8) || reader.ValueTextEquals("token"u8);

    private static void Add(string value, List<string> secrets)
    {
        if (value.Length == 0) return;
        secrets.Add(value);
        if (!Base64.IsValid(value)) return;
        var decoded = Encoding.UTF8.GetString(Convert.FromBase64String(value));
        if (decoded.Length >= 3) secrets.Add(decoded);
    }
}
