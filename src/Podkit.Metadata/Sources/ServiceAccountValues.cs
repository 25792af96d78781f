using System.Buffers.Text;
using System.Text.Json;

namespace Podkit.Metadata.Sources;

/// <summary>
/// Reads the service account's mount: the namespace, and what the token says of pod, node and service account. The token is not verified: it
/// comes from the node, and says only what the app may know of itself. It is neither kept nor shown.
/// </summary>
internal static class ServiceAccountValues
{
    private const int LongestToken = 64 * 1024;

    public static FoundValues Read(string directory, List<string> problems)
    {
        var found = new FoundValues(MetadataSource.ServiceAccountMount);
        var namespaceFile = Path.Combine(directory, "namespace");
        var tokenFile = Path.Combine(directory, "token");
        if (ReadSmall(namespaceFile, problems) is { } ns) found.Add(PodFields.Namespace, System.Text.Encoding.UTF8.GetString(ns).Trim(), namespaceFile);
        if (ReadSmall(tokenFile, problems) is { } token) AddClaims(found, token, tokenFile);
        return found;
    }

    private static byte[]? ReadSmall(string file, List<string> problems)
    {
        try
        {
            if (!File.Exists(file)) return null;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[LongestToken];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length == buffer.Length ? null : buffer[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file} cannot be read: {e.Message}");
            return null;
        }
    }

    private static void AddClaims(FoundValues found, byte[] token, string place)
    {
        var text = token.AsSpan();
        var first = text.IndexOf((byte)'.');
        if (first < 0) return;
        text = text[(first + 1)..];
        var second = text.IndexOf((byte)'.');
        if (second < 0) return;
        var payload = new byte[Base64Url.GetMaxDecodedLength(second)];
        if (!Base64Url.IsValid(text[..second]) || !Base64Url.TryDecodeFromUtf8(text[..second], payload, out var length)) return;
        try
        {
            using var claims = JsonDocument.Parse(payload.AsMemory(0, length));
            var claimed = new FoundValues(found.Source);
            AddClaims(claimed, claims.RootElement, place);
            foreach (var (fieldPath, value) in claimed.Values) found.Add(fieldPath, value.Text, value.Place);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text that is no Unicode, "\ud800", is an InvalidOperationException.
            // Some other kind of token: it says nothing, and nothing of it is to be told.
            return;
        }
    }

    private static void AddClaims(FoundValues found, JsonElement claims, string place)
    {
        if (claims.ValueKind != JsonValueKind.Object) return;
        if (claims.TryGetProperty("kubernetes.io", out var own) && own.ValueKind == JsonValueKind.Object)
        {
            found.Add(PodFields.Namespace, Text(own, "namespace"), place);
            found.Add(PodFields.Name, Text(own, "pod", "name"), place);
            found.Add(PodFields.Uid, Text(own, "pod", "uid"), place);
            found.Add(PodFields.NodeName, Text(own, "node", "name"), place);
            found.Add(PodFields.ServiceAccountName, Text(own, "serviceaccount", "name"), place);
        }

        // Tokens of Secrets, and any other: the subject is system:serviceaccount:NAMESPACE:NAME.
        if (Text(claims, "sub")?.Split(':') is ["system", "serviceaccount", var ns, var name])
        {
            found.Add(PodFields.Namespace, ns, place);
            found.Add(PodFields.ServiceAccountName, name, place);
        }
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}
