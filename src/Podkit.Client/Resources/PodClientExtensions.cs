using System.Globalization;
using System.Text.Json;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;
using Podkit.Model.Policy.V1;

namespace Podkit.Client;

/// <summary>The calls that only pods have.</summary>
public static class PodClientExtensions
{
    /// <summary>Reads a container's log as it comes, UTF-8 lines. Dispose the stream to stop.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="options">Which lines.</param>
    /// <param name="cancellationToken">Stops waiting for the beginning of the log.</param>
    public static async Task<Stream> GetLogAsync(this ResourceClient<Pod> pods, string name, PodLogOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        options ??= new PodLogOptions();
        var query = new QueryBuilder()
            .Add("container", options.Container).Add("follow", options.Follow).Add("previous", options.Previous).Add("timestamps", options.Timestamps)
            .Add("tailLines", options.TailLines).Add("sinceSeconds", options.SinceSeconds).Add("limitBytes", options.LimitBytes)
            .Add("sinceTime", options.SinceTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var call = pods.Call(HttpMethod.Get, pods.Scope.ObjectPath(name, null, "log") + query) with { Accept = "*/*", LongRunning = true };
        var response = await pods.Client.Api.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Assigns a pod to a node, as a scheduler does.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task BindAsync(this ResourceClient<Pod> pods, string name, string node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        var binding = new Binding { Metadata = new ObjectMeta { Name = name }, Target = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node } };
        var call = pods.Call(HttpMethod.Post, pods.Scope.ObjectPath(name, null, "binding")) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(binding, KubernetesJson.Default.CoreV1Binding),
            ContentType = "application/json",
        };
        return pods.Client.Api.CallAsync(call, _ => true, cancellationToken);
    }

    /// <summary>Asks to delete a pod where disruption budgets allow it.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="options">Grace period, preconditions.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubernetesException">A budget forbids it now (<see cref="KubernetesException.IsTooManyRequests"/>).</exception>
    public static Task EvictAsync(this ResourceClient<Pod> pods, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        var eviction = new Eviction { Metadata = new ObjectMeta { Name = name }, DeleteOptions = options };
        var call = pods.Call(HttpMethod.Post, pods.Scope.ObjectPath(name, null, "eviction")) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(eviction, KubernetesJson.Default.PolicyV1Eviction),
            ContentType = "application/json",
            NoRetry = true,
        };
        return pods.Client.Api.CallAsync(call, _ => true, cancellationToken);
    }

    /// <summary>Adds a container to a running pod, for finding faults. It cannot be removed or changed again: such are Kubernetes' ephemeral containers.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="container">The container; its name must be new.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<Pod> AddEphemeralContainerAsync(this ResourceClient<Pod> pods, string name, EphemeralContainer container, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        ArgumentNullException.ThrowIfNull(container);
        var patch = new Pod { Spec = new PodSpec { EphemeralContainers = [container] } };
        var body = ApplyDocument.Prune(JsonSerializer.SerializeToUtf8Bytes(patch, KubernetesJson.Default.CoreV1Pod), pods.ResourceKind, "spec");
        return pods.PatchAsync(name, PatchType.StrategicMerge, body, null, "ephemeralcontainers", cancellationToken);
    }

    /// <summary>Changes what a running container may use, without restarting it where its <c>resizePolicy</c> allows (Kubernetes 1.33 and later).</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="resources">Requests and limits.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<Pod> ResizeAsync(this ResourceClient<Pod> pods, string name, string container, ResourceRequirements resources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        ArgumentException.ThrowIfNullOrEmpty(container);
        ArgumentNullException.ThrowIfNull(resources);
        var patch = new Pod { Spec = new PodSpec { Containers = [new Container { Name = container, Resources = resources }] } };
        var body = ApplyDocument.Prune(JsonSerializer.SerializeToUtf8Bytes(patch, KubernetesJson.Default.CoreV1Pod), pods.ResourceKind, "spec");
        return pods.PatchAsync(name, PatchType.StrategicMerge, body, null, "resize", cancellationToken);
    }
}
