using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>What the hooks of a resource know about the request that they serve.</summary>
internal sealed class OperationContext
{
    public required Operation Operation { get; init; }

    public required ResourceKind Kind { get; init; }

    public required RequestInfo Request { get; init; }

    public required UserInfo User { get; init; }

    public required IObjectReader Objects { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The object's namespace; empty for resources of the cluster.</summary>
    public required string Namespace { get; init; }

    /// <summary>The object's name, after <c>generateName</c>; empty only for virtual resources.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource => Request.Subresource;

    /// <summary>Whether nothing may have a lasting effect.</summary>
    public bool DryRun { get; init; }

    /// <summary>Sentences for the answer's Warning headers.</summary>
    public List<string> Warnings { get; init; } = [];
}
