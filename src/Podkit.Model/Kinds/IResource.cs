using System.Text.Json.Serialization.Metadata;
using Podkit.Model.Json;

namespace Podkit.Model;

/// <summary>A typed object that the API server serves as a resource: where it is found and how it is read and written.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IResource<TSelf> : IKubernetesObject
    where TSelf : IResource<TSelf>
{
    /// <summary>The resource's entry in the table of kinds.</summary>
    static abstract ResourceKind ResourceKind { get; }

    /// <summary>The source-generated JSON metadata of the type.</summary>
    static abstract JsonTypeInfo<TSelf> JsonTypeInfo { get; }

    /// <summary>Reads the type in one pass over its tokens, quicker than by its metadata; null where there is only that. Every API type of this assembly has one.</summary>
    static virtual ModelRead<TSelf>? Reader => null;
}
