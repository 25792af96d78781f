namespace Podkit.ApiServer.Requests;

/// <summary>What a request asks for, read from its method, path and query alone.</summary>
internal sealed record RequestInfo
{
    /// <summary>The path without the query.</summary>
    public required string Path { get; init; }

    /// <summary><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>; the lower-case method for other paths.</summary>
    public required string Verb { get; init; }

    /// <summary>Whether the path has the form of a resource's (<c>/api/v1/…</c>, <c>/apis/group/version/…</c>).</summary>
    public bool IsResource { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>The plural name, such as <c>pods</c>.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>What follows the subresource (<c>proxy/a/b</c>); empty as a rule.</summary>
    public string Rest { get; init; } = "";

    /// <summary>Empty for resources of the cluster and for all namespaces. A namespace object is in its own namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty for collections, unless a field selector on <c>metadata.name</c> names the one object.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the path itself names an object.</summary>
    public bool HasNameInPath { get; init; }
}
