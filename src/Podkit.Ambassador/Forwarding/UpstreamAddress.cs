using Podkit.Ambassador.Paths;

namespace Podkit.Ambassador.Forwarding;

/// <summary>Makes the server's address of a request's target, without changing a character of it.</summary>
internal sealed class UpstreamAddress(Uri server, bool appendServerPath)
{
    private static readonly UriCreationOptions Raw = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _origin = server.GetLeftPart(UriPartial.Authority);

    /// <summary>The path before every target; empty, or without a slash at its end.</summary>
    public string BasePath { get; } = appendServerPath ? server.AbsolutePath.TrimEnd('/') : "";

    public Uri Of(RequestTarget target) =>
        Uri.TryCreate(string.Concat(_origin, BasePath, target.Raw), Raw, out var uri) ? uri : throw new FormatException("the request target cannot be sent");
}
