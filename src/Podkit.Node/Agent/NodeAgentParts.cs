using Microsoft.Extensions.Logging;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;
using Podkit.Node.Pods;

namespace Podkit.Node.Agent;

/// <summary>What a node is made of that a test may want to make itself: runtime and volumes.</summary>
internal sealed class NodeAgentParts
{
    private readonly TimeProvider _time;

    public NodeAgentParts(NodeAgentOptions options, INodeApi api, TimeProvider time, ILogger logger)
    {
        (Options, Api, _time) = (options, api, time);
        Notices = new LoggedNotices(options.Notices, logger);
        Directory = InstanceDirectory.Create(options.LogDirectory ?? InstanceDirectory.DiskParent, "node");
        Capacity = options.Capacity ?? MachineInfo.Capacity(options.MaximumPods, Directory.Path);
        Sources = new(api, Capacity);
    }

    public NodeAgentOptions Options { get; }

    public INodeApi Api { get; }

    public INodeNotices Notices { get; }

    public InstanceDirectory Directory { get; }

    public IReadOnlyDictionary<string, Quantity> Capacity { get; }

    public ObjectSources Sources { get; }

    public IContainerRuntime Runtime { get; set; } = null!;

    public Func<Pod, IPodVolumes> OpenVolumes { get; set; } = null!;

    /// <summary>Removes the directories of the volumes.</summary>
    public IAsyncDisposable? Volumes { get; set; }

    /// <summary>Makes the real runtime and the real volumes.</summary>
    public async Task<NodeAgentParts> MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var volumes = new PodVolumeManager(Options.Volumes, Sources, Api, Notices, _time);
            (Volumes, OpenVolumes) = (volumes, pod => new PodVolumes(volumes.Open(pod)));
            Runtime = await RuntimeSelector.CreateAsync(Options.Runtime, Notices, _time, cancellationToken).ConfigureAwait(false);
            return this;
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (Runtime is not null) await Runtime.DisposeAsync().ConfigureAwait(false);
        await Sources.DisposeAsync().ConfigureAwait(false);
        if (Volumes is not null) await Volumes.DisposeAsync().ConfigureAwait(false);
        Directory.Dispose();
    }
}
