using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>An object as it is stored: its bytes, which never change, and what the server asks of it most.</summary>
internal sealed class StoredObject
{
    private object? typed;

    public StoredObject(ResourceKind kind, string ns, string name, string uid, long resourceVersion, byte[] json)
    {
        Kind = kind;
        Namespace = ns;
        Name = name;
        Uid = uid;
        ResourceVersion = resourceVersion;
        Bytes = json;
    }

    public ResourceKind Kind { get; }

    /// <summary>Empty for objects of the cluster.</summary>
    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    /// <summary>The revision of the write that stored it.</summary>
    public long ResourceVersion { get; }

    /// <summary>The whole object as UTF-8 JSON, <c>kind</c>, <c>apiVersion</c> and resource version included.</summary>
    public ReadOnlyMemory<byte> Json => Bytes;

    internal byte[] Bytes { get; }

    /// <summary>A copy of its own for the caller to change.</summary>
    public JsonObject ToJson() => JsonNode.Parse(Bytes)!.AsObject();

    /// <summary>The typed object, read once and shared: callers must not change it.</summary>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (Volatile.Read(ref typed) is T known) return known;
        var read = JsonSerializer.Deserialize(Bytes, type)!;
        Volatile.Write(ref typed, read);
        return read;
    }
}
