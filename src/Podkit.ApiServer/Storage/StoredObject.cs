using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>An object as it is stored: its bytes, which never change, and what the server asks of it most.</summary>
internal sealed class StoredObject
{
    private static readonly Dictionary<string, string> None = [];
    private readonly byte[] bytes;
    private readonly int header;
    private object? typed;
    private Dictionary<string, string>? labels;
    private Dictionary<string, string>? fields;

    internal StoredObject(ResourceKind kind, string ns, string name, string uid, long resourceVersion, byte[] bytes, int header)
    {
        Kind = kind;
        Namespace = ns;
        Name = name;
        Uid = uid;
        ResourceVersion = resourceVersion;
        this.bytes = bytes;
        this.header = header;
    }

    public ResourceKind Kind { get; }

    /// <summary>Empty for objects of the cluster.</summary>
    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    /// <summary>The revision of the write that stored it.</summary>
    public long ResourceVersion { get; }

    /// <summary>The whole object as UTF-8 JSON, <c>kind</c>, <c>apiVersion</c> and resource version included.</summary>
    public ReadOnlyMemory<byte> Json => bytes;

    /// <summary>What follows <c>{"kind":…,"apiVersion":…,</c>: with an opening brace before it, the object as an item of a list.</summary>
    public ReadOnlyMemory<byte> ItemTail => bytes.AsMemory(header);

    /// <summary>The labels, read once.</summary>
    public IReadOnlyDictionary<string, string> Labels => labels ??= ReadLabels();

    /// <summary>A copy of its own for the caller to change.</summary>
    public JsonObject ToJson() => JsonNode.Parse(bytes)!.AsObject();

    /// <summary>The typed object, read once and shared: callers must not change it.</summary>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (Volatile.Read(ref typed) is T known) return known;
        var read = JsonSerializer.Deserialize(bytes, type)!;
        Volatile.Write(ref typed, read);
        return read;
    }

    /// <summary>What a reader makes of the object, made once and shared: callers must not change it.</summary>
    public T Read<T>(Func<StoredObject, T> reader)
        where T : class
    {
        if (Volatile.Read(ref typed) is T known) return known;
        var read = reader(this);
        Volatile.Write(ref typed, read);
        return read;
    }

    /// <summary>The values of selectable fields, computed once.</summary>
    public string Field(string name, Func<JsonObject, Dictionary<string, string>> compute) => (fields ??= compute(ToJson())).GetValueOrDefault(name, "");

    private Dictionary<string, string> ReadLabels()
    {
        var reader = new Utf8JsonReader(bytes);
        if (!Enter(ref reader, "metadata"u8) || !Enter(ref reader, "labels"u8)) return None;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            found[key] = reader.GetString() ?? "";
        }

        return found;
    }

    /// <summary>Moves into the object that a property holds.</summary>
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> property)
    {
        if (reader.TokenType != JsonTokenType.StartObject && !(reader.Read() && reader.TokenType == JsonTokenType.StartObject)) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(property);
            reader.Read();
            if (wanted) return reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
        }

        return false;
    }
}
