using System.Net;

namespace Podkit.Node.Agent;

/// <summary>The line of /etc/hosts by which containers find the API server under its names in a cluster.</summary>
internal static class ServerHosts
{
    public static readonly IReadOnlyList<string> Names = ["kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "kubernetes.default", "kubernetes"];

    /// <summary>The line for a server that is named by its address; none for one that has a name of its own.</summary>
    public static IReadOnlyList<HostsEntry> Of(Uri server) =>
        IPAddress.TryParse(server.Host.Trim('[', ']'), out var address) ? [new(address.ToString(), Names)]
        : server.IsLoopback ? [new("127.0.0.1", Names)]
        : [];
}
