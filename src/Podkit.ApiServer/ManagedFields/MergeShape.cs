namespace Podkit.ApiServer.ManagedFields;

/// <summary>The forms in which values are owned and merged.</summary>
internal enum MergeShape
{
    /// <summary>As a whole.</summary>
    Atomic,

    /// <summary>As its value shows.</summary>
    Deduced,

    /// <summary>By field or key.</summary>
    Map,

    /// <summary>By the keys of its elements.</summary>
    List,

    /// <summary>By the values of its elements.</summary>
    Set,
}
