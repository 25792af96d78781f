using Podkit.Model.Meta.V1;

namespace Podkit.Model;

/// <summary>An API object with metadata of its own: what has a name, a version and labels.</summary>
public interface IKubernetesObject
{
    /// <summary>The group and version of the object's schema, such as <c>v1</c> or <c>apps/v1</c>.</summary>
    string? ApiVersion { get; set; }

    /// <summary>The kind, such as <c>Pod</c>.</summary>
    string? Kind { get; set; }

    /// <summary>Name, namespace, labels, annotations and versions.</summary>
    ObjectMeta Metadata { get; set; }
}
