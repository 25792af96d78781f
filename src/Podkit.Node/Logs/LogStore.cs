using System.Collections.Concurrent;
using Podkit.Node.Pods;

namespace Podkit.Node.Logs;

/// <summary>The logs of all containers on the node, below one directory, laid out as a kubelet lays them out.</summary>
internal sealed class LogStore(string directory, long fileLimit) : IDisposable
{
    private readonly ConcurrentDictionary<(PodIdentity Pod, string Container), ContainerLogs> _logs = new();

    /// <summary>Opens the log of a new run of a container.</summary>
    public LogFile Open(PodIdentity pod, string container, int run)
    {
        var containerLogs = _logs.GetOrAdd((pod, container), static (key, store) => new(store.DirectoryOf(key.Pod, key.Container), store.FileLimit), this);
        return containerLogs.Open(run);
    }

    public ContainerLogs? Find(PodIdentity pod, string container) => _logs.GetValueOrDefault((pod, container));

    /// <summary>Removes the logs of a pod that is gone; readers that still follow them come to their end.</summary>
    public void Remove(PodIdentity pod)
    {
        foreach (var key in _logs.Keys.Where(k => k.Pod == pod).ToList())
        {
            if (_logs.TryRemove(key, out var containerLogs)) containerLogs.Dispose();
        }
        var podDirectory = DirectoryOf(pod);
        if (Directory.Exists(podDirectory)) Directory.Delete(podDirectory, recursive: true);
    }

    public void Dispose()
    {
        foreach (var containerLogs in _logs.Values) containerLogs.Dispose();
    }

    private long FileLimit => fileLimit;

    private string DirectoryOf(PodIdentity pod) => Path.Combine(directory, $"{pod.Namespace}_{pod.Name}_{pod.Uid}");

    private string DirectoryOf(PodIdentity pod, string container) => Path.Combine(DirectoryOf(pod), container);
}
