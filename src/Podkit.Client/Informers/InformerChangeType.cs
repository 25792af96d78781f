namespace Podkit.Client;

/// <summary>What an informer tells a handler of an object.</summary>
public enum InformerChangeType
{
    /// <summary>The handler has not been told of the object, or has been told that it is gone.</summary>
    Added,

    /// <summary>The object differs from what the handler was told last; or, with a resync, does not.</summary>
    Updated,

    /// <summary>The object is gone.</summary>
    Deleted,
}
