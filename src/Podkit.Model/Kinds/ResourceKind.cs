namespace Podkit.Model;

/// <summary>A resource of the API: the row that discovery shows of it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, such as <c>v1</c>.</param>
/// <param name="Resource">The plural name used in paths, such as <c>pods</c>.</param>
/// <param name="Kind">The kind of its objects, such as <c>Pod</c>.</param>
/// <param name="Singular">The singular name, such as <c>pod</c>.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
/// <param name="Verbs">The verbs that discovery lists.</param>
/// <param name="ShortNames">Abbreviations that kubectl accepts.</param>
/// <param name="Categories">Groups of resources that kubectl accepts, such as <c>all</c>.</param>
/// <param name="Subresources">The subresources, such as <c>status</c>.</param>
/// <param name="Columns">The columns of the Table form.</param>
public sealed record ResourceKind(
    string Group,
    string Version,
    string Resource,
    string Kind,
    string Singular,
    bool Namespaced,
    IReadOnlyList<string> Verbs,
    IReadOnlyList<string> ShortNames,
    IReadOnlyList<string> Categories,
    IReadOnlyList<SubresourceKind> Subresources,
    IReadOnlyList<TableColumn> Columns)
{
    /// <summary>A resource that no table describes, such as one of a CustomResourceDefinition.</summary>
    /// <param name="group">The API group; empty for the core group.</param>
    /// <param name="version">The version, such as <c>v1</c>.</param>
    /// <param name="resource">The plural name used in paths, such as <c>widgets</c>.</param>
    /// <param name="kind">The kind of its objects, such as <c>Widget</c>.</param>
    /// <param name="namespaced">Whether objects live in a namespace.</param>
    public ResourceKind(string group, string version, string resource, string kind, bool namespaced = true)
        : this(group, version, resource, kind, kind.ToLowerInvariant(), namespaced, [], [], [], [], [])
    {
    }

    /// <summary><c>v1</c> for the core group, else <c>group/version</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>pods</c> for the core group, else <c>deployments.apps</c>: how error messages name the resource.</summary>
    public string QualifiedResource => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    /// <summary><c>/api/v1</c> for the core group, else <c>/apis/group/version</c>.</summary>
    public string BasePath => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    /// <summary>The path of the collection, or of one object when <paramref name="name"/> is given.</summary>
    /// <param name="ns">The namespace; ignored for resources of the cluster, null for all namespaces.</param>
    /// <param name="name">The object's name, or null for the collection.</param>
    /// <param name="subresource">A subresource of the object, or null.</param>
    public string Path(string? ns = null, string? name = null, string? subresource = null)
    {
        var path = Namespaced && !string.IsNullOrEmpty(ns) ? $"{BasePath}/namespaces/{Uri.EscapeDataString(ns)}/{Resource}" : $"{BasePath}/{Resource}";
        if (name is not null) path += "/" + Uri.EscapeDataString(name);
        return subresource is null ? path : $"{path}/{subresource}";
    }
}
