namespace Podkit.ApiServer.OpenApi;

/// <summary>The OpenAPI document of one group and version.</summary>
/// <param name="Path">Its path below <c>/openapi/v3/</c>: <c>api/v1</c> or <c>apis/apps/v1</c>.</param>
/// <param name="Hash">Changes whenever the document does.</param>
/// <param name="Content">The document, written when it is first asked for.</param>
internal sealed record OpenApiDocument(string Path, string Hash, Lazy<byte[]> Content)
{
    /// <summary>Where clients find it; they keep it as long as the hash is the same.</summary>
    public string Url => $"/openapi/v3/{Path}?hash={Hash}";
}
