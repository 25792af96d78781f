using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>What a pod's worker asks of the pod's volumes; see <see cref="PodVolumeSet"/>.</summary>
internal interface IPodVolumes : IAsyncDisposable
{
    /// <inheritdoc cref="PodVolumeSet.PodDirectory"/>
    string PodDirectory { get; }

    /// <inheritdoc cref="PodVolumeSet.NextRefresh"/>
    DateTimeOffset? NextRefresh { get; }

    /// <inheritdoc cref="PodVolumeSet.SetUpAsync"/>
    Task SetUpAsync(Pod pod, CancellationToken cancellationToken);

    /// <inheritdoc cref="PodVolumeSet.UpdateAsync"/>
    Task<bool> UpdateAsync(Pod pod, CancellationToken cancellationToken);

    /// <inheritdoc cref="PodVolumeSet.MountsFor"/>
    IReadOnlyList<ContainerMount> MountsFor(Container container, IReadOnlyDictionary<string, string> environment);
}
