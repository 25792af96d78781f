using System.Text.Json;

namespace Podkit.Client.Credentials;

/// <summary>What a credential plugin has given.</summary>
internal sealed record ExecCredential(string? Token, string? Certificate, string? Key, DateTimeOffset? Expiration)
{
    public override string ToString() => $"credentials until {Expiration:O}";

    /// <summary>Reads the plugin's answer. Errors never quote it.</summary>
    public static ExecCredential Read(ReadOnlySpan<byte> json, string apiVersion)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (Text(root, "kind") != "ExecCredential") throw new FormatException("its answer is not of kind ExecCredential");
            if (Text(root, "apiVersion") != apiVersion) throw new FormatException($"its answer is not of apiVersion {apiVersion}");
            if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object) throw new FormatException("its answer has no status");
            var credential = new ExecCredential(Text(status, "token")?.Trim(), Text(status, "clientCertificateData"), Text(status, "clientKeyData"), Time(status));
            if (string.IsNullOrEmpty(credential.Token) && credential.Certificate is null) throw new FormatException("its answer has neither status.token nor status.clientCertificateData");
            if (credential.Certificate is null != credential.Key is null) throw new FormatException("its answer needs both status.clientCertificateData and status.clientKeyData, or neither");
            if (credential.Token is { } token && (token.AsSpan().ContainsAnyInRange('\0', ' ') || token.AsSpan().ContainsAnyExceptInRange('\0', '\x7e'))) throw new FormatException("its status.token holds characters that no token has");
            return credential;
        }
        catch (JsonException e)
        {
            throw new FormatException($"its answer is {Errors.SafeJsonError.Describe(e)}");
        }
    }

    private static DateTimeOffset? Time(JsonElement status)
    {
        if (!status.TryGetProperty("expirationTimestamp", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : throw new FormatException("its status.expirationTimestamp is not an RFC 3339 time");
    }

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
}
