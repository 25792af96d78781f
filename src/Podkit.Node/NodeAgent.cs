using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Client;
using Podkit.Node.Agent;
using Podkit.Node.Logs;
using Podkit.Node.Pods;

namespace Podkit.Node;

/// <summary>
/// A local node: registers itself with an API server, runs the pods that are bound to it on this machine, and reports what becomes of them, as a kubelet does.
/// It talks to the server through its client alone, so any Kubernetes API server will do.
/// </summary>
public sealed class NodeAgent : IAsyncDisposable
{
    private readonly NodeAgentOptions _options;
    private readonly ILogger _logger;
    private readonly INodeApi _api;
    private readonly IReadOnlyList<HostsEntry> _hosts;
    private readonly Func<NodeAgentParts, CancellationToken, Task<NodeAgentParts>> _makeParts;
    private readonly TimeProvider _time;
    private readonly LogHub _hub = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private RunningNode? _running;

    /// <summary>Creates a node; nothing happens before <see cref="StartAsync"/>.</summary>
    /// <param name="client">The API server, with the rights of a node.</param>
    /// <param name="options">What the node is called, offers and does.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public NodeAgent(KubernetesClient client, NodeAgentOptions? options = null, ILoggerFactory? loggers = null, TimeProvider? time = null)
        : this(new NodeApi(client ?? throw new ArgumentNullException(nameof(client))), options ?? new(), loggers, time, static (parts, stop) => parts.MakeAsync(stop), ServerHosts.Of(client.Configuration.Server))
    {
    }

    internal NodeAgent(
        INodeApi api,
        NodeAgentOptions options,
        ILoggerFactory? loggers,
        TimeProvider? time,
        Func<NodeAgentParts, CancellationToken, Task<NodeAgentParts>> makeParts,
        IReadOnlyList<HostsEntry> hosts)
    {
        options.Validate();
        (_api, _options, _makeParts, _hosts, _time) = (api, options, makeParts, options.Hosts ?? hosts, time ?? TimeProvider.System);
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<NodeAgent>();
    }

    /// <summary>The node's name.</summary>
    public string NodeName => _options.NodeName;

    /// <summary>The runtime that runs containers, <c>sandbox</c> or <c>plain</c>; null before the node has started.</summary>
    public string? RuntimeName => _running?.RuntimeName;

    /// <summary>Completes when the running node has failed in a way that it cannot go on from; faulted with the reason. Never completes otherwise.</summary>
    public Task Failure => _running?.Failure ?? Task.Delay(Timeout.InfiniteTimeSpan);

    /// <summary>Registers the node and begins to run its pods.</summary>
    /// <param name="cancellationToken">Gives up; what has begun is undone.</param>
    /// <exception cref="KubernetesException">The server refuses to register the node.</exception>
    /// <exception cref="InvalidOperationException">The node runs already, or the runtime asked for cannot be had on this machine.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_running is not null) throw new InvalidOperationException($"the node {NodeName} runs already");
            var parts = await _makeParts(new NodeAgentParts(_options, _api, _time, _logger), cancellationToken).ConfigureAwait(false);
            var running = new RunningNode(_options, _api, parts, _hosts, _hub, _time, _logger);
            try
            {
                await running.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await running.DisposeAsync().ConfigureAwait(false);
                throw;
            }
            _running = running;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Ends the node's pods within their grace and removes everything that the node has made: processes, mounts, files, its Node object.
    /// </summary>
    /// <param name="cancellationToken">Cuts the grace short: what still runs is killed.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_running is not { } running) return;
            await running.StopAsync(_options.TerminateGracefully ? _options.LongestStopGrace : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            _running = null;
            _hub.Complete();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Opens a container's log. The stream ends with the log or, when following, with the container. The caller disposes it.</summary>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="options">Which part.</param>
    /// <exception cref="ContainerLogException">There is no such pod, container or log.</exception>
    public Stream OpenLog(string @namespace, string pod, string container, ContainerLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var running = _running ?? throw new ContainerLogException($"pods \"{pod}\" not found", notFound: true);
        return PodLogs.Open(running.Logs, running.Workers.Find(@namespace, pod), pod, container, options);
    }

    /// <summary>Every line that any container writes from now on, as it is written; before or after the start of the node.</summary>
    public ContainerLogSubscription SubscribeLogs() => _hub.Subscribe();

    /// <summary>Runs a command in a running container and gives its exit code.</summary>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="exec">The command and its streams.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <exception cref="InvalidOperationException">There is no such container, or it does not run.</exception>
    /// <exception cref="ContainerStartException">The command cannot be executed.</exception>
    public Task<int> ExecAsync(string @namespace, string pod, string container, ContainerExec exec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exec);
        var found = FindContainer(@namespace, pod, container) ?? throw new InvalidOperationException($"container not found (\"{container}\")");
        return found.ExecAsync(exec, cancellationToken);
    }

    /// <summary>A container that runs now, or null.</summary>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="uid">The pod's UID, when no other pod of that name is meant.</param>
    public ContainerConnection? FindContainer(string @namespace, string pod, string container, string? uid = null)
    {
        var worker = _running?.Workers.Find(@namespace, pod);
        if (worker is null || (uid is not null && worker.Identity.Uid != uid)) return null;
        return worker.FindContainer(container);
    }

    /// <summary>Connects to a port of a running pod, at the pod's address. The caller disposes the stream.</summary>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="uid">The pod's UID, when no other pod of that name is meant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">There is no such pod, or nothing of it runs.</exception>
    /// <exception cref="IOException">Nothing listens; the message says where that was tried.</exception>
    public Task<NetworkStream> ConnectAsync(string @namespace, string pod, int port, string? uid, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        var worker = _running?.Workers.Find(@namespace, pod);
        if (worker?.RunningAddress is not { } address || (uid is not null && worker.Identity.Uid != uid)) throw new InvalidOperationException($"pod not found (\"{pod}_{@namespace}\")");
        return PodPorts.ConnectAsync(address, port, cancellationToken);
    }

    /// <summary>Stops the node if it runs, within the grace of its pods.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _hub.Complete();
        _changing.Dispose();
    }
}
