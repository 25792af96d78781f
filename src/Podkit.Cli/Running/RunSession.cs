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
        try
        {
            var pods = await ApplyAsync(stop).ConfigureAwait(false);
            return await FollowAsync(new PodOutcomes(pods, terminal), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
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
                var created = await client.CreateAsync(manifest.Object, new WriteOptions { FieldManager = "podkit-run", FieldValidation = "Strict" }, stop).ConfigureAwait(false);
                if (manifest.Kind == Pod.ResourceKind) pods.Add(ManifestCheck.ToPod(created));
            }
            catch (KubernetesException e) when (e.IsNotFound && manifest.Namespace is { } ns)
            {
                throw CliException.BadInput(manifest.Problem("metadata.namespace", $"{e.Message}; add a Namespace {ns} to the manifests"));
            }
            catch (KubernetesException e) when (e.Code is >= 400 and < 500)
            {
                throw CliException.BadInput(manifest.Problem(e.Status.Details?.Causes?.FirstOrDefault()?.Field ?? "", e.Message));
            }
        }

        return pods;
    }

    private async Task<int> FollowAsync(PodOutcomes outcomes, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var failure = cluster.Node.Failure;
        var watching = WatchAsync(outcomes, ending.Token);
        if (await Task.WhenAny(watching, failure).ConfigureAwait(false) == failure)
        {
            await ending.CancelAsync().ConfigureAwait(false);
            terminal.Error($"the node has failed: {failure.Exception?.InnerException?.Message}");
            return ExitCodes.Failure;
        }

        await watching.ConfigureAwait(false);
        return outcomes.Report();
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
