using System.Net;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>The addresses of a pod and of its node, in the order in which the Downward API shows them.</summary>
public static class PodAddresses
{
    /// <summary>
    /// The addresses of a node: the first internal one, or else external one, then the first of the other IP family.
    /// </summary>
    /// <param name="node">The node.</param>
    public static IReadOnlyList<string> OfNode(Model.Core.V1.Node node)
    {
        var addresses = node.Status.Addresses ?? [];
        var known = addresses.Where(a => a.Type == "InternalIP")
            .Concat(addresses.Where(a => a.Type == "ExternalIP"))
            .Select(a => a.Address)
            .Where(a => IPAddress.TryParse(a, out _))
            .ToList();
        return known.Count == 0 ? [] : FirstOfEachFamily(known, IsIPv6(known[0]));
    }

    /// <summary>The addresses of a pod's host: the given ones, else those in its status.</summary>
    internal static IReadOnlyList<string> OfHost(Pod pod, IReadOnlyList<string>? given)
    {
        if (given is not null)
            return given;
        if (pod.Status.HostIPs is { Count: > 0 } all)
            return all.ConvertAll(h => h.Ip);
        return string.IsNullOrEmpty(pod.Status.HostIP) ? [] : [pod.Status.HostIP];
    }

    /// <summary>The addresses of a pod: the first of its node's IP family, then the first of the other.</summary>
    internal static IReadOnlyList<string> OfPod(Pod pod, IReadOnlyList<string>? given, IReadOnlyList<string> hostIPs)
    {
        var known = given ?? InStatus(pod);
        if (known.Count == 0 && pod.Spec.HostNetwork == true)
            known = hostIPs;
        return FirstOfEachFamily(known, hostIPs.Count > 0 && IsIPv6(hostIPs[0]));
    }

    private static List<string> InStatus(Pod pod)
    {
        if (pod.Status.PodIPs is { Count: > 0 } all)
            return all.ConvertAll(p => p.Ip);
        return string.IsNullOrEmpty(pod.Status.PodIP) ? [] : [pod.Status.PodIP];
    }

    private static List<string> FirstOfEachFamily(IReadOnlyList<string> addresses, bool isIPv6First)
    {
        var result = new List<string>(2);
        foreach (var isIPv6 in (ReadOnlySpan<bool>)[isIPv6First, !isIPv6First])
        {
            if (addresses.FirstOrDefault(a => IsIPv6(a) == isIPv6 && IPAddress.TryParse(a, out _)) is { } first)
                result.Add(first);
        }
        return result;
    }

    private static bool IsIPv6(string address) => address.Contains(':', StringComparison.Ordinal);
}
