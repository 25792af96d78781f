using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Podkit.Model;

namespace Podkit.ApiServer.OpenApi;

/// <summary>The OpenAPI v3 documents of the server: an index, and a document for each group and version.</summary>
internal sealed class OpenApiDocuments
{
    private readonly Dictionary<string, OpenApiDocument> _documents = new(StringComparer.Ordinal);

    public OpenApiDocuments(IEnumerable<ResourceKind> resources)
    {
        foreach (var version in resources.GroupBy(x => x.BasePath, StringComparer.Ordinal))
        {
            var path = version.Key[1..];
            var kinds = version.ToList();
            _documents[path] = new OpenApiDocument(path, Hash(path), new(() => OpenApiWriter.Write(kinds)));
        }

        Index = new(WriteIndex);
    }

    /// <summary>The index: <c>/openapi/v3</c>.</summary>
    public Lazy<byte[]> Index { get; }

    public IEnumerable<OpenApiDocument> All => _documents.Values;

    /// <summary>The document of a path below <c>/openapi/v3/</c>, or null.</summary>
    public OpenApiDocument? Find(string path) => _documents.GetValueOrDefault(path);

    /// <summary>
    /// What tells one state of a document from another. Documents come from the facts in the assemblies alone, so the assemblies'
    /// identities stand for their content, and the index does not need the documents.
    /// </summary>
    private static string Hash(string path)
    {
        var identity = $"{typeof(ResourceKind).Module.ModuleVersionId} {typeof(OpenApiDocuments).Module.ModuleVersionId} {path}";
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
    }

    private byte[] WriteIndex()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("paths");
            foreach (var document in _documents.Values.OrderBy(x => x.Path, StringComparer.Ordinal))
            {
                json.WriteStartObject(document.Path);
                json.WriteString("serverRelativeURL", document.Url);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
