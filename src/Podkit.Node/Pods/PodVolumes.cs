using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>The real volumes.</summary>
internal sealed class PodVolumes(PodVolumeSet set) : IPodVolumes
{
    public string PodDirectory => set.PodDirectory;

    public DateTimeOffset? NextRefresh => set.NextRefresh;

    public Task SetUpAsync(Pod pod, CancellationToken cancellationToken) => set.SetUpAsync(pod, cancellationToken);

    public Task<bool> UpdateAsync(Pod pod, CancellationToken cancellationToken) => set.UpdateAsync(pod, cancellationToken);

    public IReadOnlyList<ContainerMount> MountsFor(Container container, IReadOnlyDictionary<string, string> environment) => set.MountsFor(container, environment);

    public ValueTask DisposeAsync() => set.DisposeAsync();
}
