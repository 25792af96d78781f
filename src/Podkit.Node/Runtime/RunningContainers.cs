using System.Collections.Concurrent;

namespace Podkit.Node.Runtime;

/// <summary>The containers that a runtime has started and nobody has disposed of yet.</summary>
internal sealed class RunningContainers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ContainerProcess, bool> _all = new();

    /// <summary>Takes a container.</summary>
    public ContainerProcess Add(ContainerProcess process)
    {
        _all[process] = true;
        process.Disposed += () => _all.TryRemove(process, out _);
        return process;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_all.Keys.Select(process => process.DisposeAsync().AsTask())).ConfigureAwait(false);
}
