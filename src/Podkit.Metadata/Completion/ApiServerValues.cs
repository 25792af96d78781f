using System.Globalization;
using Podkit.Client;
using Podkit.Metadata.Logging;
using Podkit.Metadata.Sources;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Metadata.Completion;

/// <summary>Follows the own pod at the API server: one get, by the field selector <c>metadata.name</c>, and one watch.</summary>
internal sealed class ApiServerValues(PodMetadataOptions options, PodSnapshot known, PodMetadataLog log, Action<FoundValues> changed)
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastProblem;

    /// <summary>Ends when the server has answered for the first time, or cannot be asked at all.</summary>
    public Task First => _first.Task;

    /// <summary>What is wrong; null when all is well.</summary>
    public string? Problem => _lastProblem;

    /// <summary>The Role that is needed, in one line.</summary>
    private string Role =>
        $"it needs a Role in namespace {known.Namespace} with the rule {{apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]}} and a RoleBinding to the service account {(known.ServiceAccountName.Length > 0 ? known.ServiceAccountName : "of the pod")}";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (known.Name.Length == 0 || known.Namespace.Length == 0)
            {
                Say($"the API server cannot be asked: the pod's {(known.Name.Length == 0 ? "name" : "namespace")} is not known; set POD_NAME and POD_NAMESPACE by fieldRef");
                return;
            }

            using var own = options.Client is null ? CreateClient() : null;
            if ((options.Client ?? own) is { } client) await FollowAsync(client, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _first.TrySetCanceled(cancellationToken);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or KubernetesConfigurationException)
        {
            Say(Explain(e));
        }
        finally
        {
            _first.TrySetResult();
        }
    }

    private KubernetesClient? CreateClient()
    {
        var configuration = KubernetesClientConfiguration.InCluster(new InClusterOptions { ServiceAccountDirectory = options.Locate(options.ServiceAccountDirectory), Environment = options.Variable });
        return new KubernetesClient(configuration, new KubernetesClientOptions { TimeProvider = options.TimeProvider });
    }

    private async Task FollowAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var pods = client.Pods.InNamespace(known.Namespace).MatchingFields("metadata.name=" + known.Name);
        // A list of one pod is nothing to stream; a server that does not know such lists would only keep silent for a while.
        var watch = new WatchOptions { StreamingList = false, OnError = (e, wait) => Fail(Explain(e), wait) };
        var isThere = false;
        await foreach (var change in pods.WatchAsync(watch, cancellationToken).ConfigureAwait(false))
        {
            if (change.Type is WatchEventType.Init) isThere = false;
            if (change.Type is WatchEventType.InitApply or WatchEventType.Apply)
            {
                isThere = true;
                Take(change.Object!);
            }

            if (change.Type is not WatchEventType.InitDone) continue;
            if (!isThere) Say($"the API server has no pod {known.Namespace}/{known.Name}: its values are not completed; set POD_NAME and POD_NAMESPACE by fieldRef");
            _first.TrySetResult();
        }
    }

    /// <summary>Says what is wrong. Unless it is tried again at once, there is no use to wait: it may stay as it is.</summary>
    private void Fail(string problem, TimeSpan wait)
    {
        Say(problem);
        if (wait > TimeSpan.Zero) _first.TrySetResult();
    }

    private void Take(Pod pod)
    {
        if (known.Uid.Length > 0 && pod.Metadata.Uid != known.Uid)
        {
            Say($"the pod {known.Namespace}/{known.Name} at the API server has the UID {pod.Metadata.Uid}, this one {known.Uid}: its values are not used");
            return;
        }

        _lastProblem = null;
        changed(Values(pod));
        _first.TrySetResult();
    }

    private string Explain(Exception exception) => exception is KubernetesException { IsForbidden: true }
        ? $"the pod's values cannot be completed from the API server: {exception.Message}; {Role}"
        : $"the pod's values cannot be completed from the API server: {exception.Message}";

    private void Say(string problem)
    {
        if (problem == _lastProblem) return;
        _lastProblem = problem;
        log.Problem(problem);
    }

    private FoundValues Values(Pod pod)
    {
        var place = $"pods/{pod.Metadata.Name} in namespace {pod.Metadata.Namespace}";
        var found = new FoundValues(MetadataSource.ApiServer)
        {
            Labels = new FoundMap(new PodMap(pod.Metadata.Labels ?? []), place, true),
            Annotations = new FoundMap(new PodMap(pod.Metadata.Annotations ?? []), place, true),
        };
        found.Add(PodFields.Name, pod.Metadata.Name, place);
        found.Add(PodFields.Namespace, pod.Metadata.Namespace, place);
        found.Add(PodFields.Uid, pod.Metadata.Uid, place);
        found.Add(PodFields.NodeName, pod.Spec.NodeName, place);
        found.Add(PodFields.ServiceAccountName, pod.Spec.ServiceAccountName, place);
        found.Add(PodFields.PodIPs, Addresses(pod.Status.PodIPs?.Select(a => a.Ip), pod.Status.PodIP), place, true);
        found.Add(PodFields.HostIPs, Addresses(pod.Status.HostIPs?.Select(a => a.Ip), pod.Status.HostIP), place, true);
        if (pod.Metadata.OwnerReferences?.Find(o => o.Controller == true) is { } owner) found.Owner = (new PodOwner(owner.Kind, owner.Name, owner.Uid), place);
        AddContainer(found, pod, place);
        return found;
    }

    private static string? Addresses(IEnumerable<string?>? all, string? one) =>
        all is not null && string.Join(',', all.Where(a => !string.IsNullOrEmpty(a))) is { Length: > 0 } list ? list : one;

    /// <summary>The app's container: the one of the known name, or the only one.</summary>
    private void AddContainer(FoundValues found, Pod pod, string place)
    {
        var containers = pod.Spec.Containers;
        var container = known.ContainerName.Length > 0 ? containers.Find(c => c.Name == known.ContainerName) : containers.Count == 1 ? containers[0] : null;
        if (container is null) return;
        found.Add(PodFields.ContainerName, container.Name, place);
        foreach (var (side, list) in (ReadOnlySpan<(string, Dictionary<string, Quantity>?)>)[("limits", container.Resources.Limits), ("requests", container.Resources.Requests)])
        {
            foreach (var (resource, quantity) in list ?? [])
            {
                if (resource == "cpu") found.Add($"{side}.cpu", (quantity.MilliValue / 1000d).ToString("R", CultureInfo.InvariantCulture), place, true);
                else if (resource is "memory" or "ephemeral-storage") found.Add($"{side}.{resource}", quantity.Value.ToString(CultureInfo.InvariantCulture), place, true);
            }
        }
    }
}
