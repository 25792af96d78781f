using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Patching;

/// <summary>JSON patch (RFC 6902), with the bounds that kube-apiserver sets.</summary>
internal static class JsonPatch
{
    /// <summary>The most operations of one patch.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>The most bytes that the copy operations of one patch may add up to.</summary>
    public const long MaxCopiedBytes = 3 * 1024 * 1024;

    /// <summary>The document with every operation applied in turn. Neither argument is changed.</summary>
    /// <exception cref="ApiException">The patch is malformed, too large, or one of its operations fails.</exception>
    public static JsonNode Apply(JsonNode document, JsonArray patch)
    {
        if (patch.Count > MaxOperations)
            throw PatchErrors.TooManyOperations(MaxOperations, patch.Count);
        var result = document.DeepClone();
        var copied = 0L;
        foreach (var item in patch)
            Run(ref result, item as JsonObject ?? throw PatchErrors.BadRequest("error decoding patch: an operation is no object"), ref copied);
        return result;
    }

    private static void Run(ref JsonNode document, JsonObject operation, ref long copied)
    {
        var name = Text(operation, "op");
        var path = JsonPointer.Parse(Text(operation, "path"));
        switch (name)
        {
            case "add":
                Add(ref document, path, Value(operation));
                break;
            case "replace" when path.IsRoot:
                Add(ref document, path, Value(operation));
                break;
            case "replace":
                path.Replace(document, Value(operation));
                break;
            case "remove" when !path.IsRoot:
                path.Remove(document);
                break;
            case "test":
                Test(document, path, operation["value"]);
                break;
            case "copy":
                var copy = Get(document, Text(operation, "from"))?.DeepClone();
                copied += Size(copy);
                if (copied > MaxCopiedBytes)
                    throw PatchErrors.Unprocessable();
                Add(ref document, path, copy);
                break;
            case "move":
                Move(ref document, JsonPointer.Parse(Text(operation, "from")), path);
                break;
            default:
                throw PatchErrors.Unprocessable();
        }
    }

    private static void Add(ref JsonNode document, JsonPointer path, JsonNode? value)
    {
        if (!path.IsRoot) path.Add(document, value);
        else document = value ?? throw PatchErrors.Unprocessable();
    }

    private static void Move(ref JsonNode document, JsonPointer from, JsonPointer path)
    {
        if (!from.TryGet(document, out var value)) throw PatchErrors.Unprocessable();
        if (from.Text == path.Text) return;
        if (from.IsRoot || path.IsInside(from)) throw PatchErrors.Unprocessable();
        var moved = value?.DeepClone();
        from.Remove(document);
        Add(ref document, path, moved);
    }

    private static void Test(JsonNode document, JsonPointer path, JsonNode? expected)
    {
        // A missing value equals null, as in the library that kube-apiserver uses.
        path.TryGet(document, out var actual);
        if (!JsonNode.DeepEquals(actual, expected)) throw PatchErrors.Unprocessable();
    }

    private static JsonNode? Get(JsonNode document, string from) =>
        JsonPointer.Parse(from).TryGet(document, out var value) ? value : throw PatchErrors.Unprocessable();

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw PatchErrors.Unprocessable();

    private static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw PatchErrors.Unprocessable();

    private static long Size(JsonNode? node)
    {
        if (node is null) return 4;
        var counter = new CountingBuffer();
        using var writer = new Utf8JsonWriter(counter);
        node.WriteTo(writer);
        writer.Flush();
        return counter.Written;
    }

    /// <summary>Counts what is written and keeps nothing.</summary>
    private sealed class CountingBuffer : System.Buffers.IBufferWriter<byte>
    {
        private byte[] _scratch = new byte[4096];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (sizeHint > _scratch.Length) _scratch = new byte[sizeHint];
            return _scratch;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
