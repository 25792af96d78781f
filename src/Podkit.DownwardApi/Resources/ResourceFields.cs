using System.Globalization;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>
/// The value of a <c>resourceFieldRef</c>: the container's limit or request, divided by the divisor and rounded up. A limit that is
/// absent or zero is the node's allocatable amount, where that is known; hugepages never are, nor is a request.
/// </summary>
public static class ResourceFields
{
    private const string Limits = "limits.";
    private const string Requests = "requests.";
    private const string HugePages = "hugepages-";

    /// <summary>The value for a container of a pod, found by its name.</summary>
    /// <param name="selector">The reference; its own container name is not looked at.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="containerName">The name of a container or an init container.</param>
    /// <param name="allocatable">What the node can give; null when a limit is not to be replaced.</param>
    /// <param name="value">The value in decimal.</param>
    /// <param name="error">Kubernetes' sentence when there is no such container or resource, else the empty string.</param>
    public static bool TryGetValue(
        ResourceFieldSelector selector,
        Pod pod,
        string containerName,
        IReadOnlyDictionary<string, Quantity>? allocatable,
        out string value,
        out string error)
    {
        if (Find(pod.Spec.Containers, containerName) is { } container
            || (container = Find(pod.Spec.InitContainers, containerName)) is not null)
            return TryGetValue(selector, container, allocatable, out value, out error);
        value = "";
        error = $"container {containerName} not found";
        return false;
    }

    /// <summary>The value for a container.</summary>
    /// <param name="selector">The reference; its own container name is not looked at.</param>
    /// <param name="container">The container.</param>
    /// <param name="allocatable">What the node can give; null when a limit is not to be replaced.</param>
    /// <param name="value">The value in decimal.</param>
    /// <param name="error">Kubernetes' sentence when there is no such resource, else the empty string.</param>
    public static bool TryGetValue(
        ResourceFieldSelector selector,
        Container container,
        IReadOnlyDictionary<string, Quantity>? allocatable,
        out string value,
        out string error)
    {
        value = "";
        error = "";
        if (!TrySplit(selector.Resource, out var isLimit, out var resource))
        {
            error = "unsupported container resource : " + selector.Resource;
            return false;
        }
        var list = isLimit ? container.Resources.Limits : container.Resources.Requests;
        var set = list is not null && list.TryGetValue(resource, out var quantity) && quantity.Sign != 0;
        quantity = set ? list![resource] : default;
        if (!set && isLimit && !IsHugePages(resource) && allocatable is not null)
            allocatable.TryGetValue(resource, out quantity);
        value = Divide(quantity, selector.Divisor, resource == "cpu");
        return true;
    }

    /// <summary>
    /// The value of an environment variable of a container. Unlike a volume's, it may leave the container's name out, it prefers a
    /// limit of the whole pod to the node's allocatable amount, and an init container that it names is not defaulted.
    /// </summary>
    internal static bool TryGetVariable(
        ResourceFieldSelector selector,
        Pod pod,
        Container container,
        IReadOnlyDictionary<string, Quantity>? allocatable,
        out string value,
        out string error)
    {
        var fallback = WithPodLimits(pod, allocatable);
        if (string.IsNullOrEmpty(selector.ContainerName))
            return TryGetValue(selector, container, fallback, out value, out error);
        var isDefaulted = Find(pod.Spec.Containers, selector.ContainerName) is not null;
        return TryGetValue(selector, pod, selector.ContainerName, isDefaulted ? fallback : null, out value, out error);
    }

    internal static bool IsHugePages(string resource) => resource.StartsWith(HugePages, StringComparison.Ordinal);

    /// <summary>Takes <c>limits.cpu</c> apart.</summary>
    private static bool TrySplit(string field, out bool isLimit, out string resource)
    {
        isLimit = field.StartsWith(Limits, StringComparison.Ordinal);
        resource = isLimit ? field[Limits.Length..]
            : field.StartsWith(Requests, StringComparison.Ordinal) ? field[Requests.Length..] : "";
        return resource is "cpu" or "memory" or "ephemeral-storage" || IsHugePages(resource);
    }

    private static string Divide(Quantity quantity, Quantity? divisor, bool isCpu)
    {
        var unit = divisor is { Sign: not 0 } given ? given : One;
        var result = isCpu
            ? Math.Ceiling((double)quantity.MilliValue / unit.MilliValue)
            : Math.Ceiling((double)quantity.Value / unit.Value);
        return ((long)result).ToString(CultureInfo.InvariantCulture);
    }

    private static readonly Quantity One = Quantity.Parse("1");

    /// <summary>What the node can give, narrowed to the pod's own limits of CPU and memory.</summary>
    private static IReadOnlyDictionary<string, Quantity>? WithPodLimits(Pod pod, IReadOnlyDictionary<string, Quantity>? allocatable)
    {
        if (pod.Spec.Resources?.Limits is not { Count: > 0 } limits)
            return allocatable;
        var narrowed = allocatable is null ? [] : new Dictionary<string, Quantity>(allocatable);
        foreach (var resource in (ReadOnlySpan<string>)["cpu", "memory"])
        {
            var applies = allocatable is null || narrowed.ContainsKey(resource);
            if (applies && limits.TryGetValue(resource, out var limit) && limit.Sign != 0)
                narrowed[resource] = limit;
        }
        return narrowed;
    }

    private static Container? Find(List<Container>? containers, string name) => containers?.Find(c => c.Name == name);
}
