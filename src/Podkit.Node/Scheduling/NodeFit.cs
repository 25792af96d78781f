using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Scheduling;

/// <summary>Whether a pod may be bound to the node, in the words of the scheduler when not.</summary>
internal static class NodeFit
{
    private const string NoVictims = "No preemption victims found for incoming pod.";
    private const string NotHelpful = "Preemption is not helpful for scheduling.";

    /// <summary>Null when the pod fits; else the message of its PodScheduled condition.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="onNode">The pods that it runs already and that still use it.</param>
    public static string? Problem(Pod pod, Model.Core.V1.Node node, IEnumerable<Pod> onNode)
    {
        if (node.Spec.Unschedulable is true && !Tolerates(pod, new Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" })) return Message("node(s) were unschedulable", NotHelpful);
        var taint = node.Spec.Taints?.Find(t => t.Effect is "NoSchedule" or "NoExecute" && !Tolerates(pod, t));
        if (taint is not null) return Message($"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}", NotHelpful);
        if (!NodeAffinityRules.Match(pod.Spec, node)) return Message("node(s) didn't match Pod's node affinity/selector", NotHelpful);
        var others = onNode.ToList();
        if (HostPorts(pod).Any(port => others.Exists(o => HostPorts(o).Contains(port)))) return Message("node(s) didn't have free ports for the requested pod ports", NoVictims);
        var short_ = Insufficient(pod, node.Status.Allocatable ?? [], others);
        return short_.Count == 0 ? null : $"0/1 nodes are available: {string.Join(", ", short_.Select(s => "1 " + s))}. {Preemption(NoVictims)}";
    }

    private static List<string> Insufficient(Pod pod, Dictionary<string, Quantity> allocatable, List<Pod> others)
    {
        var problems = new List<string>();
        if (allocatable.TryGetValue("pods", out var most) && others.Count + 1 > most.Value) problems.Add("Too many pods");
        var used = new Dictionary<string, Quantity>();
        foreach (var other in others) PodRequests.Add(used, PodRequests.Of(other.Spec));
        foreach (var (name, wanted) in PodRequests.Of(pod.Spec))
        {
            if (wanted.Sign == 0) continue;
            var total = used.TryGetValue(name, out var before) ? before.Add(wanted) : wanted;
            if (!allocatable.TryGetValue(name, out var there) || there < total) problems.Add("Insufficient " + name);
        }
        problems.Sort(StringComparer.Ordinal);
        return problems;
    }

    private static IEnumerable<(string Protocol, int Port)> HostPorts(Pod pod) =>
        from container in pod.Spec.Containers
        from port in container.Ports ?? []
        let hostPort = port.HostPort ?? 0
        where hostPort > 0
        select (port.Protocol ?? "TCP", hostPort);

    private static bool Tolerates(Pod pod, Taint taint) => pod.Spec.Tolerations?.Exists(t =>
        (string.IsNullOrEmpty(t.Effect) || t.Effect == taint.Effect)
        && (t.Operator == "Exists" ? string.IsNullOrEmpty(t.Key) || t.Key == taint.Key : t.Key == taint.Key && (t.Value ?? "") == (taint.Value ?? ""))) is true;

    private static string Message(string problem, string preemption) => $"0/1 nodes are available: 1 {problem}. {Preemption(preemption)}";

    private static string Preemption(string reason) => $"preemption: 0/1 nodes are available: 1 {reason}";
}
