using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Authorization;

/// <summary>What someone wants to do.</summary>
internal sealed record AuthorizationAttributes
{
    public required string Verb { get; init; }

    /// <summary>False for paths such as <c>/metrics</c>; then only <see cref="Path"/> counts.</summary>
    public bool IsResource { get; init; } = true;

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Path { get; init; } = "";

    public static AuthorizationAttributes Of(RequestInfo request) => new()
    {
        Verb = request.Verb,
        IsResource = request.IsResource,
        Group = request.Group,
        Version = request.Version,
        Resource = request.Resource,
        Subresource = request.Subresource,
        Namespace = request.Namespace,
        Name = request.Name,
        Path = request.Path,
    };
}
