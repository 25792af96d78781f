using Podkit.Model.Meta.V1;

namespace Podkit.Model;

/// <summary>A list as the API server returns it.</summary>
/// <typeparam name="T">The type of its items.</typeparam>
public interface IKubernetesList<T>
{
    /// <summary>The list's resource version and the token of its next page.</summary>
    ListMeta Metadata { get; set; }

    /// <summary>The items of this page.</summary>
    List<T> Items { get; set; }
}
