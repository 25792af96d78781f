using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Logs;

namespace Podkit.Node.Status;

/// <summary>
/// Keeps the status of one pod on the server the one that its worker last gave. Statuses that come while one is being sent replace each other; what could not be
/// sent is sent again until a newer one takes its place.
/// </summary>
internal sealed partial class PodStatusReporter(INodeApi api, Pod pod, TimeProvider time, ILogger logger)
{
    private static readonly string[] Owned =
    [
        "phase", "reason", "message", "conditions", "hostIP", "hostIPs", "podIP", "podIPs", "startTime", "observedGeneration", "initContainerStatuses", "containerStatuses",
    ];

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly Pulse _changed = new();
    private readonly Pulse _sent = new();
    private readonly string _namespace = pod.Metadata.Namespace!;
    private readonly string _name = pod.Metadata.Name!;
    private readonly string _uid = pod.Metadata.Uid!;
    private JsonObject _onServer = ToJson(pod.Status);
    private volatile JsonObject? _wanted;
    private volatile bool _gone;

    /// <summary>The status to report from now on. Returns at once.</summary>
    public void Report(PodStatus status)
    {
        _wanted = ToJson(status);
        _changed.Beat();
    }

    /// <summary>Waits until the server has what was last given to <see cref="Report"/>, or has no such pod any more.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = _sent.Next;
            if (_wanted is null || _gone) return;
            await sent.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        while (true)
        {
            var changed = _changed.Next;
            if (_gone || _wanted is not { } wanted)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (await TrySendAsync(wanted, cancellationToken).ConfigureAwait(false))
            {
                retry = FirstRetry;
                Interlocked.CompareExchange(ref _wanted, null, wanted);
                _sent.Beat();
                continue;
            }
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(retry, time, stopWaiting.Token)).ConfigureAwait(false);
            await stopWaiting.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
        }
    }

    private async Task<bool> TrySendAsync(JsonObject wanted, CancellationToken cancellationToken)
    {
        if (StatusPatch.Between(_onServer, wanted, Owned) is not { } changes) return true;
        try
        {
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = _uid }, ["status"] = changes };
            var answer = await api.PatchPodStatusAsync(_namespace, _name, patch, cancellationToken).ConfigureAwait(false);
            _onServer = ToJson(answer.Status);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            _gone = true;
            return true;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
        {
            LogNotSent(e, _namespace, _name);
            return false;
        }
    }

    private static JsonObject ToJson(PodStatus status) => JsonSerializer.SerializeToNode(status, KubernetesJson.Default.CoreV1PodStatus)!.AsObject();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The status of pod {Namespace}/{Name} could not be sent; it is tried again.")]
    private partial void LogNotSent(Exception exception, string @namespace, string name);
}
