using Podkit.Model.Core.V1;
using Podkit.Node.Pods;

namespace Podkit.Node.Logs;

/// <summary>Finds the log that somebody asks for, or says in a kubelet's words why there is none.</summary>
internal static class PodLogs
{
    /// <exception cref="ContainerLogException">There is no such log.</exception>
    public static Stream Open(LogStore store, PodWorker? worker, string pod, string container, ContainerLogOptions options)
    {
        if (worker is null) throw new ContainerLogException($"pods \"{pod}\" not found", notFound: true);
        if (PodChanges.FindContainer(worker.Pod, container) is null) throw new ContainerLogException($"container {container} is not valid for pod {pod}");
        var logs = store.Find(worker.Identity, container);
        var file = options.Previous ? logs?.Previous : logs?.Present;
        return file is not null ? new LogStream(file, options) : throw new ContainerLogException(Problem(worker.FindStatus(container), pod, container, options.Previous));
    }

    private static string Problem(ContainerStatus? status, string pod, string container, bool previous)
    {
        if (previous) return $"previous terminated container \"{container}\" in pod \"{pod}\" not found";
        if (status?.State.Waiting is { } waiting) return Waiting(waiting, pod, container);
        return $"container \"{container}\" in pod \"{pod}\" is terminated";
    }

    private static string Waiting(ContainerStateWaiting waiting, string pod, string container) =>
        $"container \"{container}\" in pod \"{pod}\" is waiting to start: {(string.IsNullOrEmpty(waiting.Message) ? waiting.Reason : waiting.Message)}";
}
