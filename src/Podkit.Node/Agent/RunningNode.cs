using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Node.Events;
using Podkit.Node.Logs;
using Podkit.Node.Probes;
using Podkit.Node.Scheduling;

namespace Podkit.Node.Agent;

/// <summary>A node from its start to its stop: owns every task and every thing of it.</summary>
internal sealed partial class RunningNode : IAsyncDisposable
{
    /// <summary>How long the last words to the server may take when the node stops.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly NodeAgentOptions _options;
    private readonly NodeAgentParts _parts;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _life = new();
    private readonly CancellationTokenSource _watching = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeServices _services;
    private readonly NodeRegistration _registration;
    private readonly ServiceSource _serviceSource;
    private readonly EventRecorder _events;
    private readonly List<Task> _tasks = [];
    private Task _recording = Task.CompletedTask;
    private bool _registered;

    public RunningNode(NodeAgentOptions options, INodeApi api, NodeAgentParts parts, IReadOnlyList<HostsEntry> hosts, LogHub hub, TimeProvider time, ILogger logger)
    {
        (_options, _parts, _time, _logger) = (options, parts, time, logger);
        Logs = new(Path.Combine(parts.Directory.Path, "logs"), options.LogFileLimit);
        _registration = new(api, options, parts.Capacity, parts.Runtime.Name, time, logger);
        _serviceSource = new(api);
        _events = new(api, options.NodeName, time, logger);
        _services = new()
        {
            Options = options,
            Api = api,
            Runtime = parts.Runtime,
            OpenVolumes = parts.OpenVolumes,
            Sources = parts.Sources,
            Services = _serviceSource,
            Logs = Logs,
            LogHub = hub,
            Events = _events,
            Addresses = new(options.PodNetwork, Random.Shared),
            ProbeHttp = ProbeHttp.New(),
            Notices = parts.Notices,
            ImageNotices = new(parts.Notices),
            Hosts = hosts,
            Metrics = new(),
            Time = time,
            Logger = logger,
        };
        Workers = new(_services, logger);
    }

    public LogStore Logs { get; }

    public PodWorkers Workers { get; }

    public string RuntimeName => _parts.Runtime.Name;

    public Task Failure => _failure.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _recording = Task.Run(() => _events.RunAsync(_life.Token), CancellationToken.None);
        await Task.WhenAll(_parts.Runtime.PrepareAsync(cancellationToken), RegisterAsync(cancellationToken)).ConfigureAwait(false);
        Own(() => _registration.RunAsync(_life.Token));
        Own(() => _serviceSource.RunAsync(LogServices, _watching.Token));
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_options.BindUnscheduledPods)
        {
            var scheduler = new Scheduler(_services.Api, _options.NodeName, () => Workers.Using, _events, _time, _logger);
            Workers.Changed = scheduler.Change;
            Own(() => scheduler.RunAsync(_watching.Token));
        }
        Own(() => Workers.RunAsync(() => listed.TrySetResult(), _watching.Token));
        await (await Task.WhenAny(listed.Task, _failure.Task).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        LogStarted(_options.NodeName, RuntimeName);
    }

    /// <summary>Ends everything; never throws for what goes wrong on the way.</summary>
    public async Task StopAsync(TimeSpan? longestGrace, CancellationToken cancellationToken)
    {
        await _watching.CancelAsync().ConfigureAwait(false);
        await TryAsync(() => Workers.StopAsync(longestGrace, cancellationToken)).ConfigureAwait(false);
        _events.Complete();
        await TryAsync(() => _recording.WaitAsync(LastWords)).ConfigureAwait(false);
        await _life.CancelAsync().ConfigureAwait(false);
        foreach (var task in _tasks.Append(_recording)) await TryAsync(() => task).ConfigureAwait(false);
        if (_registered && _options.RemoveNodeOnStop) await TryAsync(RemoveNodeAsync).ConfigureAwait(false);
        await TryAsync(_parts.DisposeAsync).ConfigureAwait(false);
        Logs.Dispose();
        _services.ProbeHttp.Dispose();
        _services.Metrics.Dispose();
        _life.Dispose();
        _watching.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await _registration.RegisterAsync(cancellationToken).ConfigureAwait(false);
        _registered = true;
    }

    private async Task RemoveNodeAsync()
    {
        using var limit = new CancellationTokenSource(LastWords);
        await _registration.RemoveAsync(limit.Token).ConfigureAwait(false);
    }

    private void Own(Func<Task> run) => _tasks.Add(Task.Run(async () =>
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_watching.IsCancellationRequested)
        {
            LogEnded();
        }
        catch (Exception e)
        {
            LogFailed(e, _options.NodeName);
            _failure.TrySetException(e);
        }
    }));

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogEnded();
        }
        catch (Exception e)
        {
            LogNotStopped(e, _options.NodeName);
        }
    }

    private void LogServices(Exception e)
    {
        if (e is KubernetesException or KubernetesConnectionException) LogNoServices(e, _options.NodeName);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} runs pods with the runtime {Runtime}.")]
    private partial void LogStarted(string node, string runtime);

    [LoggerMessage(Level = LogLevel.Error, Message = "Node {Node} cannot go on.")]
    private partial void LogFailed(Exception exception, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node}: not everything could be ended in order.")]
    private partial void LogNotStopped(Exception exception, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node}: services could not be watched; containers may lack their variables.")]
    private partial void LogNoServices(Exception exception, string node);

    [LoggerMessage(Level = LogLevel.Trace, Message = "A task of the node has ended.")]
    private partial void LogEnded();
}
