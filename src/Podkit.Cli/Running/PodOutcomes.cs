using Podkit.Cli.Output;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Running;

/// <summary>What becomes of the pods: says once why a container waits, and at the end which pods failed and why.</summary>
internal sealed class PodOutcomes(IEnumerable<Pod> pods, Terminal terminal)
{
    private static readonly string[] Ordinary = ["ContainerCreating", "PodInitializing"];
    private readonly Dictionary<string, Pod> last = pods.ToDictionary(p => p.Metadata.Uid!);
    private readonly HashSet<string> running = [.. pods.Select(p => p.Metadata.Uid!)];
    private readonly HashSet<string> told = [];

    public bool AllEnded => running.Count == 0;

    public void Changed(Pod pod)
    {
        if (!last.ContainsKey(pod.Metadata.Uid!)) return;
        last[pod.Metadata.Uid!] = pod;
        foreach (var status in Containers(pod))
        {
            if (status.State?.Waiting is not { Reason.Length: > 0 } waiting || Ordinary.Contains(waiting.Reason)) continue;
            var sentence = $"{pod.Metadata.Name}/{status.Name} waits: {waiting.Reason}{(string.IsNullOrEmpty(waiting.Message) ? "" : ": " + waiting.Message)}";
            if (told.Add(sentence)) terminal.Warning(sentence);
        }

        foreach (var condition in pod.Status.Conditions ?? [])
        {
            if (condition is not { Type: "PodScheduled", Status: "False", Message.Length: > 0 }) continue;
            if (told.Add($"{pod.Metadata.Uid} {condition.Message}")) terminal.Warning($"{pod.Metadata.Name} is not scheduled: {condition.Message}");
        }

        // What a deleted pod ends with is its user's doing, not a failure.
        if (pod.Metadata.DeletionTimestamp is null && pod.Status.Phase is ("Succeeded" or "Failed")) running.Remove(pod.Metadata.Uid!);
    }

    public void Deleted(Pod pod)
    {
        if (!last.ContainsKey(pod.Metadata.Uid!)) return;
        last[pod.Metadata.Uid!] = pod;
        if (running.Remove(pod.Metadata.Uid!)) terminal.Note($"{pod.Metadata.Name} was deleted");
    }

    /// <summary>Says why pods failed.</summary>
    /// <returns>The exit code.</returns>
    public int Report()
    {
        var failed = last.Values.Where(p => p.Status.Phase == "Failed" && p.Metadata.DeletionTimestamp is null).ToList();
        foreach (var pod in failed) terminal.Error($"{pod.Metadata.Name} failed: {Why(pod)}");
        return failed.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string Why(Pod pod)
    {
        var reasons = Containers(pod).Where(s => s.State?.Terminated is { ExitCode: not 0 })
            .Select(s => $"{s.Name} ended with exit code {s.State!.Terminated!.ExitCode}{Parenthesis(s.State.Terminated)}").ToList();
        if (!string.IsNullOrEmpty(pod.Status.Reason)) reasons.Insert(0, $"{pod.Status.Reason}{(string.IsNullOrEmpty(pod.Status.Message) ? "" : ": " + pod.Status.Message)}");
        return reasons.Count > 0 ? string.Join("; ", reasons) : "no container says why";
    }

    private static string Parenthesis(ContainerStateTerminated terminated)
    {
        var text = string.Join(": ", new[] { terminated.Reason is "Error" ? null : terminated.Reason, terminated.Message?.Trim() }.Where(t => !string.IsNullOrEmpty(t)));
        return text.Length == 0 ? "" : $" ({text})";
    }

    private static IEnumerable<ContainerStatus> Containers(Pod pod) => (pod.Status.InitContainerStatuses ?? []).Concat(pod.Status.ContainerStatuses ?? []);
}
