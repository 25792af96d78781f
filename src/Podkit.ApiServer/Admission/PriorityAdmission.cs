using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Admission;

/// <summary>Resolves a new pod's priority class into its priority and preemption policy.</summary>
internal static class PriorityAdmission
{
    private const string Preempting = "PreemptLowerPriority";
    private static readonly ResourceKind Classes = ResourceTable.Get("scheduling.k8s.io", "v1", "priorityclasses");

    /// <summary>The classes that every cluster has.</summary>
    private static readonly Dictionary<string, int> SystemClasses = new(StringComparer.Ordinal)
    {
        ["system-cluster-critical"] = 2_000_000_000,
        ["system-node-critical"] = 2_000_001_000,
    };

    /// <summary>Admits a pod that is being created.</summary>
    /// <exception cref="ApiException">There is no such class, or the pod contradicts it.</exception>
    public static void Admit(JsonObject pod, string name, IObjectReader objects)
    {
        var spec = pod.EnsureObject("spec");
        var (className, priority, policy) = Resolve(spec.Text("priorityClassName"), name, objects);
        if (className.Length > 0) spec["priorityClassName"] = className;
        if (spec.Number("priority") is { } given && given != priority)
        {
            throw ApiException.Forbidden(
                "", "pods", name,
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        }

        if (spec.Text("preemptionPolicy") is { Length: > 0 } own && own != policy)
        {
            throw ApiException.Forbidden(
                "", "pods", name,
                $"the string value of PreemptionPolicy ({own}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        }

        spec["priority"] = priority;
        spec["preemptionPolicy"] = policy;
    }

    private static (string Name, long Priority, string Policy) Resolve(string className, string pod, IObjectReader objects)
    {
        if (className.Length == 0) return Default(objects);
        if (objects.Find(Classes, "", className)?.ToJson() is { } stored) return Of(stored);
        if (SystemClasses.TryGetValue(className, out var priority)) return (className, priority, Preempting);
        throw ApiException.Forbidden("", "pods", pod, $"no PriorityClass with name {className} was found");
    }

    /// <summary>The class marked as the default for all, the lowest of several; 0 when there is none.</summary>
    private static (string Name, long Priority, string Policy) Default(IObjectReader objects) => objects.List(Classes)
        .Select(c => c.ToJson())
        .Where(c => c.Flag("globalDefault"))
        .Select(Of)
        .OrderBy(c => c.Priority)
        .FirstOrDefault(("", 0, Preempting));

    private static (string Name, long Priority, string Policy) Of(JsonObject stored) =>
        (stored.Object("metadata").Text("name"), stored.Number("value") ?? 0, stored.Text("preemptionPolicy") is { Length: > 0 } policy ? policy : Preempting);
}
