using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;

namespace Podkit.Node.Events;

/// <summary>
/// Writes core/v1 events. The same thing said again of the same object raises the count of the event that is there. Nobody waits for it: what does not fit into
/// its queue is dropped, and the log says so.
/// </summary>
internal sealed partial class EventRecorder(INodeApi api, string nodeName, TimeProvider time, ILogger logger)
{
    private const int Most = 1000;
    private const int LongestMessage = 1024;

    private readonly Channel<EventText> _queue = Channel.CreateBounded<EventText>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly Dictionary<EventKey, Written> _written = [];
    private long _lastSuffix;

    /// <summary>Says something of an object. Returns at once.</summary>
    public void Record(ObjectReference about, string type, string reason, string message, string component = "kubelet")
    {
        if (message.Length > LongestMessage) message = message[..LongestMessage];
        if (!_queue.Writer.TryWrite(new(about, type, reason, message, component, time.GetUtcNow()))) LogDropped(reason, about.Namespace, about.Name);
    }

    /// <summary>No more events come: what is queued is written, then <see cref="RunAsync"/> ends.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var text in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await WriteAsync(text, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
            {
                LogNotWritten(e, text.Reason, text.About.Namespace, text.About.Name);
            }
        }
    }

    private async Task WriteAsync(EventText text, CancellationToken cancellationToken)
    {
        var key = new EventKey(text.About.Uid, text.About.Name, text.About.FieldPath, text.Type, text.Reason, text.Message);
        if (_written.TryGetValue(key, out var before))
        {
            var again = before with { Count = before.Count + 1 };
            if (await TryRaiseAsync(text, again, cancellationToken).ConfigureAwait(false))
            {
                _written[key] = again;
                return;
            }
        }
        if (_written.Count >= Most) _written.Clear();
        var name = NewName(text.About.Name!, text.At);
        await api.CreateEventAsync(NewEvent(text, name), cancellationToken).ConfigureAwait(false);
        _written[key] = new(name, 1);
    }

    private async Task<bool> TryRaiseAsync(EventText text, Written again, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["count"] = again.Count, ["lastTimestamp"] = text.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
        try
        {
            await api.PatchEventAsync(NamespaceOf(text), again.Name, patch, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private Event NewEvent(EventText text, string name) => new()
    {
        Metadata = new() { Name = name, Namespace = NamespaceOf(text) },
        InvolvedObject = text.About,
        Type = text.Type,
        Reason = text.Reason,
        Message = text.Message,
        Count = 1,
        FirstTimestamp = text.At,
        LastTimestamp = text.At,
        Source = new() { Component = text.Component, Host = text.Component == "kubelet" ? nodeName : null },
        ReportingComponent = text.Component,
        ReportingInstance = text.Component == "kubelet" ? nodeName : "",
    };

    private string NewName(string about, DateTimeOffset at)
    {
        var nanoseconds = (at - DateTimeOffset.UnixEpoch).Ticks * 100;
        _lastSuffix = Math.Max(_lastSuffix + 1, nanoseconds);
        return $"{about}.{_lastSuffix:x}";
    }

    private static string NamespaceOf(EventText text) => string.IsNullOrEmpty(text.About.Namespace) ? "default" : text.About.Namespace;

    private readonly record struct EventText(ObjectReference About, string Type, string Reason, string Message, string Component, DateTimeOffset At);

    private readonly record struct EventKey(string? Uid, string? Name, string? FieldPath, string Type, string Reason, string Message);

    private readonly record struct Written(string Name, int Count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Reason} of {Namespace}/{Name} was dropped: too many wait to be written.")]
    private partial void LogDropped(string reason, string? @namespace, string? name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Reason} of {Namespace}/{Name} could not be written.")]
    private partial void LogNotWritten(Exception exception, string reason, string? @namespace, string? name);
}
