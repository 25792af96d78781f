using Podkit.Cli.Output;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Running;

/// <summary>What becomes of the pods: says once why a container waits, and which pods failed and why.</summary>
internal sealed class PodOutcomes(IReadOnlyList<Pod> started, Terminal terminal)
{
    private static readonly string[] Ordinary = ["ContainerCreating", "PodInitializing"];

    /// <summary>Reasons of events that pods' status tells as well.</summary>
    private static readonly string[] InStatus = ["Failed", "BackOff", "FailedScheduling"];

    private readonly Dictionary<string, string> pods = started.ToDictionary(p => p.Metadata.Uid!, p => p.Metadata.Name!);
    private readonly HashSet<string> running = [.. started.Select(p => p.Metadata.Uid!)];
    private readonly HashSet<string> told = [];

    public bool AllEnded => running.Count == 0;

    /// <summary>1 when a pod has failed.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Success;

    public void Changed(Pod pod)
    {
        if (!pods.ContainsKey(pod.Metadata.Uid!)) return;
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
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status.Phase is not ("Succeeded" or "Failed") || !running.Remove(pod.Metadata.Uid!) || pod.Status.Phase != "Failed") return;
        ExitCode = ExitCodes.Failure;
        terminal.Error($"{pod.Metadata.Name} failed: {Why(pod)}");
    }

    /// <summary>Tells a warning about a pod once.</summary>
    public void Warned(Event warning)
    {
        if (warning.InvolvedObject.Uid is not { } uid || !pods.TryGetValue(uid, out var name) || InStatus.Contains(warning.Reason)) return;
        if (told.Add($"{uid} {warning.Reason} {warning.Message}")) terminal.Warning($"{name}: {warning.Reason}: {warning.Message?.Trim()}");
    }

    public void Deleted(Pod pod)
    {
        if (running.Remove(pod.Metadata.Uid!)) terminal.Note($"{pod.Metadata.Name} was deleted");
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
