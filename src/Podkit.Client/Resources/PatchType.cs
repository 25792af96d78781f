namespace Podkit.Client;

/// <summary>The kinds of patches that an API server takes.</summary>
public enum PatchType
{
    /// <summary>RFC 6902: a list of operations.</summary>
    Json,

    /// <summary>RFC 7386: a document merged in; null removes.</summary>
    Merge,

    /// <summary>Kubernetes' own: a document merged in by the schema's merge keys.</summary>
    StrategicMerge,

    /// <summary>Server-side apply, the document being JSON or YAML.</summary>
    Apply,
}
