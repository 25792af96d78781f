using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node;

/// <summary>The objects that volumes are made from.</summary>
public interface IVolumeSources
{
    /// <summary>The ConfigMap of that name, or null when it does not exist.</summary>
    ValueTask<ConfigMap?> FindConfigMapAsync(string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>The Secret of that name, or null when it does not exist.</summary>
    ValueTask<Secret?> FindSecretAsync(string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>The node's allocatable resources: what a missing limit reads as.</summary>
    IReadOnlyDictionary<string, Quantity> NodeAllocatable { get; }
}
