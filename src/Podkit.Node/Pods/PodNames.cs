using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>How a pod is called: in messages, and by itself.</summary>
internal static class PodNames
{
    private const int LongestHostname = 63;

    /// <summary>As a kubelet's messages name it: <c>name_namespace(uid)</c>.</summary>
    public static string Formatted(this Pod pod) => $"{pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})";

    /// <summary>The host name that its containers see.</summary>
    public static string Hostname(this Pod pod, string nodeName)
    {
        var spec = pod.Spec;
        if (!string.IsNullOrEmpty(spec.HostnameOverride)) return spec.HostnameOverride;
        if (spec.HostNetwork is true) return nodeName;
        var name = string.IsNullOrEmpty(spec.Hostname) ? Shortened(pod.Metadata.Name!) : spec.Hostname;
        return spec.SetHostnameAsFQDN is true && !string.IsNullOrEmpty(spec.Subdomain) ? $"{name}.{spec.Subdomain}.{pod.Metadata.Namespace}.svc.cluster.local" : name;
    }

    /// <summary>The line of /etc/hosts that stands for the pod itself.</summary>
    public static HostsEntry HostsEntry(this Pod pod, string address, string nodeName)
    {
        var name = pod.Hostname(nodeName);
        var hasDomain = !string.IsNullOrEmpty(pod.Spec.Subdomain) && !name.Contains('.', StringComparison.Ordinal);
        return new(address, hasDomain ? [$"{name}.{pod.Spec.Subdomain}.{pod.Metadata.Namespace}.svc.cluster.local", name] : [name]);
    }

    private static string Shortened(string name) => name.Length <= LongestHostname ? name : name[..LongestHostname].TrimEnd('-', '.');
}
