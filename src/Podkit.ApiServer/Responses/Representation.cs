using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Responses;

/// <summary>How a client wants the answer.</summary>
/// <param name="IsYaml">YAML rather than JSON.</param>
/// <param name="As"><c>Table</c>, <c>PartialObjectMetadata</c>, <c>PartialObjectMetadataList</c>, or empty for the object itself.</param>
internal sealed record Representation(bool IsYaml, string As)
{
    public static Representation Plain { get; } = new(false, "");

    public string ContentType => IsYaml ? MediaType.Yaml : MediaType.Json;

    /// <summary>The first of the client's wishes that can be met. Protobuf is answered in JSON, which its clients read as well.</summary>
    /// <exception cref="ApiException">406: none can.</exception>
    public static Representation Negotiate(string? accept)
    {
        if (string.IsNullOrEmpty(accept)) return Plain;
        var protobuf = false;
        foreach (var wish in MediaType.ParseList(accept))
        {
            var transform = wish.Parameter("as");
            if (transform.Length > 0 && !CanTransform(wish, transform)) continue;
            switch (wish.Name)
            {
                case MediaType.Json or "*/*" or "application/*":
                    return transform.Length == 0 ? Plain : new Representation(false, transform);
                case MediaType.Yaml:
                    return new Representation(true, transform);
                case MediaType.Protobuf when transform.Length == 0:
                    protobuf = true;
                    break;
            }
        }

        return protobuf ? Plain : throw ApiException.NotAcceptable(MediaType.Supported);
    }

    private static bool CanTransform(MediaType wish, string transform) =>
        transform is "Table" or "PartialObjectMetadata" or "PartialObjectMetadataList" && wish.Parameter("g") == "meta.k8s.io" && wish.Parameter("v") is "v1";
}
