using System.Text;
using Podkit.Client.Http;
using Podkit.Model;

namespace Podkit.Client.Resources;

/// <summary>Which objects a resource client is about, and the paths that this gives.</summary>
internal sealed record ResourceScope(ResourceKind Kind, string DefaultNamespace)
{
    public string? Namespace { get; init => field = value is null ? null : Segment(value, "namespace"); }

    public bool AllNamespaces { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>How long a call may take; null for the client's own limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether only the metadata of objects is asked for.</summary>
    public bool MetadataOnly { get; init; }

    public string CollectionPath => Path(Kind.Namespaced && !AllNamespaces ? Namespace ?? DefaultNamespace : null);

    public string ObjectPath(string name, string? objectNamespace = null, string? subresource = null) => Path(NamespaceOf(objectNamespace), Segment(name, "name"), subresource);

    public string CreatePath(string? objectNamespace) => Path(NamespaceOf(objectNamespace));

    /// <summary>A call on one object of the resource.</summary>
    public ApiCall Call(HttpMethod method, string pathAndQuery) => Describe(new ApiCall(method, pathAndQuery)
    {
        Accept = MetadataOnly ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : "application/json",
    });

    /// <summary>A call on the collection: list, watch, deletecollection.</summary>
    public ApiCall CollectionCall(HttpMethod method, QueryBuilder query, bool watch = false) => Describe(new ApiCall(method, CollectionPath + query)
    {
        Accept = !MetadataOnly ? "application/json" : watch ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
        LongRunning = watch,
        IsCollection = true,
        IsWatch = watch,
    });

    private ApiCall Describe(ApiCall call) => call with
    {
        Sensitive = !MetadataOnly && ApiCall.IsSensitive(Kind),
        Timeout = Timeout,
        Resource = Kind,
        Namespace = Kind.Namespaced && !AllNamespaces ? Namespace ?? DefaultNamespace : null,
    };

    /// <summary>Adds the selectors to a query.</summary>
    public QueryBuilder Select(QueryBuilder query) => query.Add("labelSelector", LabelSelector).Add("fieldSelector", FieldSelector);

    /// <summary>The only way to a path: whatever a part of it comes from (an argument, the configuration, an object, a discovery), it stays one part.</summary>
    private string Path(string? ns, string? name = null, string? subresource = null)
    {
        if (Kind.Group.Length > 0) Segment(Kind.Group, "API group");
        Segment(Kind.Version, "API version");
        Segment(Kind.Resource, "resource");
        if (ns is not null) Segment(ns, "namespace");
        if (subresource is not null) subresource = string.Join('/', subresource.Split('/').Select(part => Uri.EscapeDataString(Segment(part, "subresource"))));
        return Kind.Path(ns, name, subresource);
    }

    /// <summary>Refuses what would lead a path to another object, or to another collection, such as that of the whole cluster.</summary>
    private static string Segment(string value, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, what);
        return value is "." or ".." || value.AsSpan().ContainsAny('/', '%')
            ? throw new ArgumentException($"\"{value}\" cannot be the {what} in a path: it must not be \".\" or \"..\" and may not contain '/' or '%'", what)
            : value;
    }

    private string? NamespaceOf(string? objectNamespace)
    {
        if (!Kind.Namespaced) return null;
        if (string.IsNullOrEmpty(objectNamespace))
        {
            return AllNamespaces ? throw new InvalidOperationException($"one of the {Kind.Resource} is in one namespace: name it with InNamespace") : Namespace ?? DefaultNamespace;
        }

        if (Namespace is not null && Namespace != objectNamespace)
        {
            throw new ArgumentException($"the namespace from the provided object \"{objectNamespace}\" does not match the namespace \"{Namespace}\"");
        }

        return objectNamespace;
    }
}

/// <summary>Builds a query string; parameters without a value are left out.</summary>
internal sealed class QueryBuilder
{
    private readonly StringBuilder _text = new();

    public QueryBuilder Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public QueryBuilder Add(string name, long? value) => value is { } v ? Add(name, v.ToString(System.Globalization.CultureInfo.InvariantCulture)) : this;

    public QueryBuilder Add(string name, bool value) => value ? Add(name, "true") : this;

    /// <summary>Adds a parameter that may come several times.</summary>
    public QueryBuilder Add(string name, IEnumerable<string> values)
    {
        foreach (var value in values) _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public QueryBuilder Add(WriteOptions? options) => options is null
        ? this
        : Add("fieldManager", options.FieldManager).Add("fieldValidation", options.FieldValidation).Add("force", options.Force).Add("dryRun", options.DryRun ? "All" : null);

    public override string ToString() => _text.ToString();
}
