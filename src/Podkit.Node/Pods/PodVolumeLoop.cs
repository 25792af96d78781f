using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Events;

namespace Podkit.Node.Pods;

/// <summary>
/// Sets up the volumes of a pod, then keeps them up to date: at once when the pod, a ConfigMap or a Secret changes, when a token wants to be refreshed, and now and
/// then in any case.
/// </summary>
internal sealed partial class PodVolumeLoop(NodeServices node, IPodVolumes volumes, Func<Pod> pod, Action ready)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfterUpdate = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ILogger _logger = node.Logger;

    /// <summary>Something that the volumes show may have changed. Returns at once.</summary>
    public void Change() => _changed.Writer.TryWrite(true);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        while (!await TryAsync(SetUpAsync, cancellationToken).ConfigureAwait(false))
        {
            await WaitAsync(retry, cancellationToken).ConfigureAwait(false);
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
        }
        ready();
        var updated = true;
        while (true)
        {
            await WaitAsync(updated ? UntilNextUpdate() : RetryAfterUpdate, cancellationToken).ConfigureAwait(false);
            updated = await TryAsync(UpdateAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task SetUpAsync(CancellationToken cancellationToken) => volumes.SetUpAsync(pod(), cancellationToken);

    private async Task UpdateAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        if (await volumes.UpdateAsync(pod(), cancellationToken).ConfigureAwait(false)) node.Metrics.VolumeUpdate.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (VolumeException e)
        {
            Say($"MountVolume.SetUp failed for volume \"{e.Volume}\" : {e.Message}");
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or IOException or UnauthorizedAccessException)
        {
            Say($"MountVolume.SetUp failed: {e.Message}");
        }
        return false;
    }

    private void Say(string message)
    {
        var current = pod();
        LogFailed(current.Metadata.Namespace, current.Metadata.Name, message);
        node.Events.Record(new PodRunScope(current, [], volumes).Reference(), EventType.Warning, PodEvents.FailedMount, message);
    }

    private TimeSpan UntilNextUpdate()
    {
        var wait = node.Options.ResyncPeriod;
        if (volumes.NextRefresh is { } refresh && refresh - node.Time.GetUtcNow() < wait) wait = refresh - node.Time.GetUtcNow();
        return wait > LeastWait ? wait : LeastWait;
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(longest, node.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _changed.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogDue(longest);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volumes of pod {Namespace}/{Name}: {Problem}")]
    private partial void LogFailed(string? @namespace, string? name, string problem);

    [LoggerMessage(Level = LogLevel.Trace, Message = "Volumes are looked at after {Waited} without a change.")]
    private partial void LogDue(TimeSpan waited);
}
