using System.Globalization;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Patching;

/// <summary>A JSON pointer (RFC 6901) into a document that a JSON patch changes.</summary>
internal readonly struct JsonPointer
{
    private readonly string[] _parts;

    private JsonPointer(string text, string[] parts)
    {
        Text = text;
        _parts = parts;
    }

    public string Text { get; }

    public bool IsRoot => _parts.Length == 0;

    public static JsonPointer Parse(string text)
    {
        if (text.Length == 0) return new(text, []);
        if (text[0] != '/') throw PatchErrors.Unprocessable();
        var parts = text[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Contains('~', StringComparison.Ordinal))
                parts[i] = parts[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return new(text, parts);
    }

    /// <summary>Whether the place that this pointer names lies inside the one that <paramref name="other"/> names.</summary>
    public bool IsInside(JsonPointer other) =>
        _parts.Length > other._parts.Length && other._parts.AsSpan().SequenceEqual(_parts.AsSpan(0, other._parts.Length));

    /// <summary>The value there; false when there is none.</summary>
    public bool TryGet(JsonNode? root, out JsonNode? value)
    {
        value = root;
        foreach (var part in _parts)
            if (!TryStep(value, part, out value)) return false;
        return true;
    }

    /// <summary>Puts a value in, as the operation <c>add</c> does: replaces a member, inserts into an array.</summary>
    public void Add(JsonNode root, JsonNode? value)
    {
        switch (Parent(root))
        {
            case JsonObject members:
                members[_parts[^1]] = value;
                break;
            case JsonArray items:
                if (_parts[^1] == "-") items.Add(value);
                else items.Insert(Index(_parts[^1], items.Count + 1), value);
                break;
        }
    }

    public void Replace(JsonNode root, JsonNode? value)
    {
        if (!TryGet(root, out _)) throw PatchErrors.Unprocessable();
        switch (Parent(root))
        {
            case JsonObject members:
                members[_parts[^1]] = value;
                break;
            case JsonArray items:
                items[Index(_parts[^1], items.Count)] = value;
                break;
        }
    }

    public void Remove(JsonNode root)
    {
        switch (Parent(root))
        {
            case JsonObject members:
                if (!members.Remove(_parts[^1])) throw PatchErrors.Unprocessable();
                break;
            case JsonArray items:
                items.RemoveAt(Index(_parts[^1], items.Count));
                break;
        }
    }

    private JsonNode Parent(JsonNode root)
    {
        JsonNode? at = root;
        foreach (var part in _parts.AsSpan(0, _parts.Length - 1))
            if (!TryStep(at, part, out at)) throw PatchErrors.Unprocessable();
        return at is JsonObject or JsonArray ? at : throw PatchErrors.Unprocessable();
    }

    private static bool TryStep(JsonNode? node, string part, out JsonNode? value)
    {
        value = null;
        if (node is JsonObject members) return members.TryGetPropertyValue(part, out value);
        if (node is not JsonArray items || !TryIndex(part, items.Count, out var index)) return false;
        value = items[index];
        return true;
    }

    private static int Index(string part, int count) => TryIndex(part, count, out var index) ? index : throw PatchErrors.Unprocessable();

    /// <summary>An index into an array; a negative one counts from the end, as Kubernetes allows.</summary>
    private static bool TryIndex(string part, int count, out int index)
    {
        if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index)) return false;
        if (index < 0) index += count;
        return index >= 0 && index < count;
    }
}
