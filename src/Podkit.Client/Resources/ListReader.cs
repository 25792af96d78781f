using System.Text.Json;
using Podkit.Model.Json;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Resources;

/// <summary>Reads lists of any kind: the items' type is known, the list's need not be.</summary>
internal static class ListReader
{
    /// <summary>Larger pages are not held beside each other.</summary>
    private const int LargestAhead = 16 << 20;

    private static readonly ModelReader s_model = new(skipManagedFields: false, shareWords: false);

    /// <param name="json">The list.</param>
    /// <param name="codec">Reads its items.</param>
    /// <param name="found">Told where the next page begins, before the items are read where the list says it before them, as API servers do.</param>
    public static ResourcePage<T> Read<T>(ReadOnlySpan<byte> json, ObjectCodec<T> codec, Action<string>? found = null)
        where T : class
    {
        var reader = new Utf8JsonReader(json, ObjectCodec<T>.ReaderOptions);
        var items = new List<T>();
        ListMeta? metadata = null;
        var hasItems = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected a list");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                hasItems = true;
                ReadItems(ref reader, codec, items);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata = s_model.ReadListMetadata(ref reader);
                if (found is not null && !hasItems && json.Length <= LargestAhead && metadata?.Continue is { Length: > 0 } token)
                {
                    found(token);
                    found = null;
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // Whatever answers something else is no API server: an empty list would be taken for the end of everything.
        if (!hasItems) throw new JsonException("expected a list with items");
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) throw new JsonException("expected one list");
        var next = string.IsNullOrEmpty(metadata?.Continue) ? null : metadata.Continue;
        return new ResourcePage<T>(items, metadata?.ResourceVersion, next, metadata?.RemainingItemCount);
    }

    /// <summary>Whether a document is a Status rather than an object.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (kind) return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Status"u8);
            reader.Skip();
        }

        return false;
    }

    /// <summary>Whether a body, which may be anything, is a Status.</summary>
    public static bool IsStatusSafe(ReadOnlySpan<byte> body)
    {
        try
        {
            return IsStatus(body);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void ReadItems<T>(ref Utf8JsonReader reader, ObjectCodec<T> codec, List<T> items)
        where T : class
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a list of items");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(codec.Read(ref reader));
    }
}
