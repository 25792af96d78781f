using System.Text.Json.Nodes;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Client;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Running;

/// <summary>One <c>podkit run</c>, from the first object applied to the last line printed.</summary>
internal sealed class RunSession(LocalCluster.LocalCluster cluster, IReadOnlyList<Manifest> manifests, Terminal terminal)
{
    /// <summary>Runs until all pods have ended or the user stops it.</summary>
    /// <param name="stop">Asks for a clean stop.</param>
    /// <param name="now">Cuts the pods' grace short.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop, CancellationToken now)
    {
        using var subscription = cluster.Node.SubscribeLogs();
        var printing = new LogPrinter(terminal, manifests).PrintAsync(subscription.Lines);
        PodOutcomes? outcomes = null;
        try
        {
            outcomes = new PodOutcomes(await ApplyAsync(stop).ConfigureAwait(false), terminal);
            return await FollowAsync(outcomes, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return outcomes?.ExitCode ?? ExitCodes.Success;
        }
        finally
        {
            await cluster.Node.StopAsync(now).ConfigureAwait(false);
            await printing.ConfigureAwait(false);
        }
    }

    private async Task<List<Pod>> ApplyAsync(CancellationToken stop)
    {
        var pods = new List<Pod>();
        foreach (var manifest in ApplyOrder.Sort(manifests))
        {
            var client = cluster.Client.Resource(manifest.Kind);
            if (manifest.Kind.Namespaced) client = client.InNamespace(manifest.Namespace ?? "default");
            try
            {
                var created = await CreateAsync(client, manifest, stop).ConfigureAwait(false);
                if (manifest.Kind == Pod.ResourceKind) pods.Add(ManifestCheck.ToPod(created));
            }
            catch (KubernetesException e) when (e.IsNotFound && manifest.Namespace is { } ns)
            {
                throw Refused(pods, manifest.Problem("metadata.namespace", $"{e.Message}; add a Namespace {ns} to the manifests"));
            }
            catch (KubernetesException e) when (e.Code is >= 400 and < 500)
            {
                throw Refused(pods, manifest.Problem(e.Status.Details?.Causes?.FirstOrDefault()?.Field ?? "", e.Message));
            }
        }

        return pods;
    }

    /// <summary>What the cluster has of itself (a namespace's default account, say) is changed to what the manifest says.</summary>
    private static async Task<JsonObject> CreateAsync(DynamicResourceClient client, Manifest manifest, CancellationToken stop)
    {
        var options = new WriteOptions { FieldManager = "podkit-run", FieldValidation = "Strict" };
        try
        {
            return await client.CreateAsync(manifest.Object, options, stop).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await client.PatchAsync(manifest.Name, PatchType.Merge, manifest.Object, options, null, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Bad input as long as no pod may have begun to run.</summary>
    private static CliException Refused(List<Pod> pods, string message) => pods.Count == 0 ? CliException.BadInput(message) : CliException.Failure(message);

    private async Task<int> FollowAsync(PodOutcomes outcomes, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var failure = cluster.Node.Failure;
        var watching = WatchAsync(outcomes, ending.Token);
        var warning = WarnAsync(outcomes, ending.Token);
        try
        {
            return await FirstAsync(watching, failure, outcomes).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watching, warning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> FirstAsync(Task watching, Task failure, PodOutcomes outcomes)
    {
        if (await Task.WhenAny(watching, failure).ConfigureAwait(false) == failure)
        {
            terminal.Error($"the node has failed: {failure.Exception?.InnerException?.Message}");
            return ExitCodes.Failure;
        }

        await watching.ConfigureAwait(false);
        return outcomes.ExitCode;
    }

    /// <summary>What holds a pod up before its containers are made, such as a volume, stands in events alone.</summary>
    private async Task WarnAsync(PodOutcomes outcomes, CancellationToken cancellationToken)
    {
        await foreach (var change in cluster.Client.Events.InAllNamespaces().MatchingFields("type=Warning,involvedObject.kind=Pod").WatchAsync(null, cancellationToken).ConfigureAwait(false))
            if (change is { HasObject: true, Type: not WatchEventType.Delete }) outcomes.Warned(change.Object);
    }

    private async Task WatchAsync(PodOutcomes outcomes, CancellationToken cancellationToken)
    {
        await foreach (var change in cluster.Client.Pods.InAllNamespaces().WatchAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (!change.HasObject) continue;
            if (change.Type == WatchEventType.Delete) outcomes.Deleted(change.Object);
            else outcomes.Changed(change.Object);
            if (outcomes.AllEnded) return;
        }
    }
}
