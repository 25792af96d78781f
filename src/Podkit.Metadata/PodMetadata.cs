using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Podkit.Metadata.Completion;
using Podkit.Metadata.Hosting;
using Podkit.Metadata.Logging;
using Podkit.Metadata.Sources;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata;

/// <summary>Finds, reads and watches a pod's metadata. With dependency injection: <c>builder.AddPodMetadata()</c>.</summary>
public sealed class PodMetadata : IPodMetadata, IDisposable, IAsyncDisposable
{
    private readonly PodMetadataOptions _options;
    private readonly PodMetadataLog _log;
    private readonly ProblemTeller _teller;
    private readonly bool _isShared;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ChannelWriter<PodSnapshot>> _readers = [];
    private readonly List<string> _problems = [];
    private readonly FoundValues[] _above = []; // A volume may tell of a change before all else is read.
    private readonly FoundValues[] _below = [];
    private readonly MetadataVolume[] _volumes;
    private readonly Coalesced _fire;
    private readonly bool _isInPod;
    private readonly ApiServerValues? _apiServer;
    private readonly Task _completion = Task.CompletedTask;
    private FoundValues _fromApiServer = FoundValues.Nothing;
    private ConfigurationReloadToken _changed = new();
    private PodSnapshot _current = PodSnapshot.Empty;
    private bool _disposed;

    private PodMetadata(PodMetadataOptions options, bool isShared)
    {
        (_options, _isShared) = (options, isShared);
        _teller = new ProblemTeller(options.OnProblem, options.LastResort, options.TimeProvider);
        _log = new PodMetadataLog(_teller);
        _fire = new Coalesced(() => Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload());
        var processors = ResourceText.Processors();
        var files = ConfiguredValues.References("PodMetadataOptions.Files", options.Files);
        var variables = ConfiguredValues.References("PodMetadataOptions.Environment", options.Environment);
        var configured = ConfiguredValues.Read(options);
        var discovery = new Discovery(options, files, processors);
        var directories = discovery.Directories();
        var watching = VolumeWatchOptions.From(options.UseInotify, options.DirectoryEvents, options.PollInterval, options.TimeProvider);
        _volumes = [.. directories.Select(d => new MetadataVolume(d, watching, discovery.Parser(d), _log, Refresh))];
        try
        {
            foreach (var volume in _volumes) volume.Start();
            var pieces = discovery.SinglePieces(directories, _problems);
            var account = options.UseServiceAccount ? ServiceAccountValues.Read(options.Locate(options.ServiceAccountDirectory), _problems) : FoundValues.Nothing;
            var mounts = MountValues.Read(discovery.Mounts, options.MountInfoFile);
            _isInPod = !account.IsEmpty || !mounts.IsEmpty || !pieces.IsEmpty || (options.UseEnvironment && options.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 });
            var isInPod = _isInPod || _volumes.Any(v => !v.Values.IsEmpty);
            var environment = options.UseEnvironment ? EnvironmentValues.Read(options.Variable, variables, processors, isInPod, _problems) : FoundValues.Nothing;
            // A container's own variables tell its own resources; a volume, which all containers see, those of the one that the manifest names.
            _above = [configured, environment.Resources()];
            _below = [pieces, environment, account, mounts, HostName(environment, account)];
            Refresh();
            foreach (var volume in _volumes.Where(_ => _current.IsInPod)) volume.SayMissing();
            foreach (var problem in _problems) _log.Problem(problem);
            Advice.Say(_current, _volumes, _log);
        }
        catch
        {
            foreach (var volume in _volumes) volume.Dispose();
            _teller.Dispose();
            throw;
        }

        if (!options.CompleteFromApiServer) return;
        _apiServer = new ApiServerValues(options, _current, _log, TakeFromApiServer);
        _completion = Task.Run(() => _apiServer.RunAsync(_stop.Token));
    }

    /// <inheritdoc/>
    public PodSnapshot Current => Volatile.Read(ref _current);

    /// <inheritdoc/>
    public IChangeToken Changed => Volatile.Read(ref _changed);

    /// <inheritdoc/>
    public PodMetadataStatus Status
    {
        get
        {
            var volumes = _volumes.Select(v => v.Status).ToList();
            List<string> problems = [.. _problems, .. volumes.Select(v => v.Problem).OfType<string>()];
            if (_apiServer?.Problem is { } problem) problems.Add(problem);
            return new PodMetadataStatus(volumes, problems) { ServiceAccountDirectory = _options.Locate(_options.ServiceAccountDirectory) };
        }
    }

    /// <inheritdoc/>
    public string Name => Current.Name;

    /// <inheritdoc/>
    public string Namespace => Current.Namespace;

    /// <inheritdoc/>
    public string Uid => Current.Uid;

    /// <inheritdoc/>
    public string NodeName => Current.NodeName;

    /// <inheritdoc/>
    public string ServiceAccountName => Current.ServiceAccountName;

    /// <inheritdoc/>
    public string ContainerName => Current.ContainerName;

    /// <inheritdoc/>
    public string PodIP => Current.PodIP;

    /// <inheritdoc/>
    public string HostIP => Current.HostIP;

    /// <inheritdoc/>
    public PodMap Labels => Current.Labels;

    /// <inheritdoc/>
    public PodMap Annotations => Current.Annotations;

    /// <inheritdoc/>
    public ContainerResources Resources => Current.Resources;

    /// <inheritdoc/>
    public PodOwner? Owner => Current.Owner;

    /// <summary>What it says.</summary>
    internal PodMetadataLog Log => _log;

    /// <summary>Told of a new state before <see cref="Changed"/> fires, so that the configuration is never behind it.</summary>
    internal event Action? Publishing;

    /// <summary>Reads what there is and begins to watch it.</summary>
    /// <param name="options">Where to look; null: the defaults.</param>
    /// <param name="logger">Told what was found and what goes wrong; null: only <see cref="PodMetadataOptions.OnProblem"/> is.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message names it.</exception>
    public static PodMetadata Open(PodMetadataOptions? options = null, ILogger? logger = null)
    {
        options ??= new PodMetadataOptions();
        options.Validate();
        var metadata = new PodMetadata(options, isShared: false);
        if (logger is not null) metadata.UseLogger(logger);
        return metadata;
    }

    /// <summary>Opens what several share. <see cref="Dispose"/> does nothing then: <see cref="End"/> ends it, when the last of them is gone.</summary>
    internal static PodMetadata OpenShared(PodMetadataOptions options)
    {
        options.Validate();
        return new PodMetadata(options, isShared: true);
    }

    /// <summary>Gives the logger when there was none yet. What there was to say until now is said at once.</summary>
    /// <param name="logger">The logger.</param>
    public void UseLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _teller.Use(logger);
    }

    /// <summary>
    /// Waits until the API server has answered for the first time, or cannot be asked, which <see cref="Status"/> then tells; returns at once when
    /// <see cref="PodMetadataOptions.CompleteFromApiServer"/> is not set.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task WaitForApiServerAsync(CancellationToken cancellationToken = default) => (_apiServer?.First ?? Task.CompletedTask).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PodMetadataChange> ChangesAsync(CancellationToken cancellationToken = default) =>
        new ChangeStream(this, Current, _options.MaximumPendingChanges, cancellationToken);

    /// <summary>
    /// Stops watching. The present state stays readable. Metadata of an app's services and configuration ends with the last of these instead.
    /// </summary>
    public void Dispose()
    {
        if (!_isShared) End();
    }

    /// <summary>Stops watching, and waits for the end of what asks the API server.</summary>
    public ValueTask DisposeAsync() => _isShared ? ValueTask.CompletedTask : EndAsync();

    /// <summary>Stops watching.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var reader in _readers) reader.TryComplete();
        }

        foreach (var volume in _volumes) volume.Dispose();
        _teller.Dispose();
        _stop.Cancel();
    }

    /// <summary>Stops watching, and waits for the end of what asks the API server.</summary>
    internal async ValueTask EndAsync()
    {
        End();
        await _completion.ConfigureAwait(false);
        _stop.Dispose();
    }

    internal void Subscribe(ChannelWriter<PodSnapshot> reader, PodSnapshot last)
    {
        lock (_gate)
        {
            if (_current != last) reader.TryWrite(_current);
            if (_disposed) reader.TryComplete();
            else _readers.Add(reader);
        }
    }

    internal void Unsubscribe(ChannelWriter<PodSnapshot> reader)
    {
        lock (_gate) _readers.Remove(reader);
    }

    /// <summary>How many read <see cref="ChangesAsync"/>.</summary>
    internal int Readers
    {
        get
        {
            lock (_gate) return _readers.Count;
        }
    }

    private void TakeFromApiServer(FoundValues values)
    {
        lock (_gate) _fromApiServer = values;
        Refresh();
    }

    /// <summary>Makes a state of what the sources offer now, and publishes it when it is another.</summary>
    private void Refresh()
    {
        lock (_gate)
        {
            if (_disposed) return;
            FoundValues[] sources = [.. _above, .. _volumes.Select(v => v.Values), .. _below, _fromApiServer];
            var isInPod = _isInPod || _volumes.Any(v => !v.Values.IsEmpty);
            var next = SnapshotBuilder.Build(sources, isInPod, _current.Version + 1, _options.TimeProvider.GetUtcNow());
            if (_current.Version > 0 && SnapshotBuilder.IsSame(_current, next)) return;
            Volatile.Write(ref _current, next);
            foreach (var reader in _readers) reader.TryWrite(next);
        }

        // A callback that blocks is told of what comes meanwhile when it returns; nobody else waits for it.
        Tell(() => Publishing?.Invoke());
        Tell(_fire.Run);
    }

    private void Tell(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            _log.CallbackFailed(e);
        }
    }

    /// <summary>In a pod, HOSTNAME is the pod's name unless the manifest or the host's network says otherwise; 63 characters may be a part of it.</summary>
    private FoundValues HostName(params ReadOnlySpan<FoundValues> others)
    {
        var found = new FoundValues(MetadataSource.EnvironmentVariable);
        if (!_isInPod || !_options.UseEnvironment || _options.Variable("HOSTNAME") is not { Length: > 0 and < 63 } name) return found;
        foreach (var other in others)
        {
            if (other.Values.TryGetValue(PodFields.NodeName, out var node) && node.Text == name) return found;
        }

        found.Add(PodFields.Name, name, "HOSTNAME");
        return found;
    }
}
