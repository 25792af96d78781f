using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Podkit.ApiServer;

/// <summary>How an API server is set up.</summary>
public sealed record ApiServerOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one. Default: 0.</summary>
    public int Port { get; init; }

    /// <summary>Where else the server listens. The cluster's Service address is added when <see cref="ListenOnServiceAddress"/> is set. Default: nowhere.</summary>
    public IReadOnlyList<IPEndPoint> AdditionalEndpoints { get; init; } = [];

    /// <summary>The range of cluster IPs. The default is of the loopback network, so that every address in it is this machine. Default: 127.96.0.0/16.</summary>
    public IPNetwork ServiceCidr { get; init; } = IPNetwork.Parse("127.96.0.0/16");

    /// <summary>The cluster IP of the Service <c>default/kubernetes</c>: KUBERNETES_SERVICE_HOST in every container. Default: 127.96.0.1.</summary>
    public IPAddress KubernetesServiceAddress { get; init; } = IPAddress.Parse("127.96.0.1");

    /// <summary>The port of the Service <c>default/kubernetes</c>; 0 for the port of the server itself. Default: 0.</summary>
    public int KubernetesServicePort { get; init; }

    /// <summary>Whether the server listens on the Service's address and port, so that containers reach it there. Default: yes.</summary>
    public bool ListenOnServiceAddress { get; init; } = true;

    /// <summary>More DNS names and addresses for the serving certificate. Always in: localhost, kubernetes(.default(.svc(.cluster.local))), 127.0.0.1 and the Service's address. Default: none.</summary>
    public IReadOnlyList<string> AdditionalServerNames { get; init; } = [];

    /// <summary>The node behind the server, for logs. Default: none; the log subresource answers that there is no node.</summary>
    public IKubeletConnection? Kubelet { get; init; }

    /// <summary>How many writes a watch can lie behind before its version has expired. Default: 20,000.</summary>
    public int HistoryLimit { get; init; } = 20_000;

    /// <summary>How many bytes of replaced and deleted objects are kept for old versions. Default: 64 MiB.</summary>
    public long HistoryBytes { get; init; } = 64L << 20;

    /// <summary>The largest request body taken. Default: 3 MiB.</summary>
    public long RequestBodyLimit { get; init; } = 3L << 20;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the server logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    internal void Check()
    {
        if (Port is < 0 or > 65535) throw new ArgumentException($"Port must be 0 to 65535, not {Port}", nameof(Port));
        if (KubernetesServicePort is < 0 or > 65535) throw new ArgumentException($"KubernetesServicePort must be 0 to 65535, not {KubernetesServicePort}", nameof(KubernetesServicePort));
        if (!ServiceCidr.Contains(KubernetesServiceAddress))
            throw new ArgumentException($"KubernetesServiceAddress must lie in ServiceCidr: {KubernetesServiceAddress} is not in {ServiceCidr}", nameof(KubernetesServiceAddress));
        if (HistoryLimit < 1) throw new ArgumentException($"HistoryLimit must be at least 1, not {HistoryLimit}", nameof(HistoryLimit));
        if (RequestBodyLimit < 1024) throw new ArgumentException($"RequestBodyLimit must be at least 1024, not {RequestBodyLimit}", nameof(RequestBodyLimit));
    }
}
