using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Status;

namespace Podkit.Node.Scheduling;

/// <summary>What a pod asks of a node, as the scheduler counts it.</summary>
internal static class PodRequests
{
    /// <summary>The sum of its main containers and sidecars, or what one init container needs at its time when that is more, plus overhead; what the pod itself asks for stands above.</summary>
    public static Dictionary<string, Quantity> Of(PodSpec spec)
    {
        var running = new Dictionary<string, Quantity>();
        var highest = new Dictionary<string, Quantity>();
        foreach (var container in spec.InitContainers ?? [])
        {
            if (ContainerRecords.IsSidecar(container))
            {
                Add(running, container.Resources.Requests);
                Raise(highest, running);
            }
            else Raise(highest, Sum(running, container.Resources.Requests));
        }
        foreach (var container in spec.Containers) Add(running, container.Resources.Requests);
        Raise(running, highest);
        foreach (var (name, quantity) in spec.Resources?.Requests ?? []) running[name] = quantity;
        Add(running, spec.Overhead);
        return running;
    }

    public static void Add(Dictionary<string, Quantity> sum, Dictionary<string, Quantity>? more)
    {
        foreach (var (name, quantity) in more ?? []) sum[name] = sum.TryGetValue(name, out var before) ? before.Add(quantity) : quantity;
    }

    private static Dictionary<string, Quantity> Sum(Dictionary<string, Quantity> one, Dictionary<string, Quantity>? other)
    {
        var sum = new Dictionary<string, Quantity>(one);
        Add(sum, other);
        return sum;
    }

    private static void Raise(Dictionary<string, Quantity> highest, Dictionary<string, Quantity> to)
    {
        foreach (var (name, quantity) in to)
        {
            if (!highest.TryGetValue(name, out var before) || before < quantity) highest[name] = quantity;
        }
    }
}
