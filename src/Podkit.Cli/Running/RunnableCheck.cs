using Podkit.Cli.Commands;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Running;

/// <summary>What <c>podkit run</c> can tell before it starts: whether there is something to run, and with what.</summary>
internal static class RunnableCheck
{
    private static readonly string[] Workloads = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController"];

    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    /// <exception cref="CliException">There is no pod, an --exec names no container, or a container has no command.</exception>
    public static void ThrowIfNothingToRun(IReadOnlyList<Manifest> manifests, IReadOnlyDictionary<string, string> commands, Terminal terminal)
    {
        var pods = manifests.Where(m => m.Kind == Pod.ResourceKind).ToList();
        foreach (var workload in manifests.Where(m => Workloads.Contains(m.Kind.Kind)))
            terminal.Warning($"{workload.Display} is stored, but makes no pods: only Pod manifests are run yet");
        if (pods.Count == 0) throw CliException.BadInput("there is no Pod in the manifests; 'podkit up' starts a cluster without one");
        var containers = pods.SelectMany(Containers).ToList();
        var unknown = commands.Keys.Where(c => !containers.Exists(x => x.Container.Name == c)).ToList();
        if (unknown.Count > 0)
            throw CliException.BadInput($"--exec {unknown[0]}=...: there is no container {unknown[0]}; there are: {string.Join(", ", containers.Select(c => c.Container.Name).Distinct())}");
        var problems = containers.Where(c => c.Container.Command is null or [] && !commands.ContainsKey(c.Container.Name))
            .Select(c => c.Manifest.Problem(c.Path, $"container {c.Container.Name} has no command, and image {c.Container.Image} is not in the local store: give it a command, or say --exec {c.Container.Name}=COMMAND")).ToList();
        problems.AddRange(manifests.SelectMany(m => MissingFor(m, manifests)));
        if (problems.Count > 0) throw CliException.BadInput(string.Join('\n', problems));
        foreach (var (manifest, path, container) in containers) WarnOfTakenPorts(manifest, path, container, terminal);
    }

    /// <summary>Into a new cluster comes what the manifests hold, and the namespaces and accounts that every cluster has.</summary>
    private static IEnumerable<string> MissingFor(Manifest manifest, IReadOnlyList<Manifest> manifests)
    {
        if (manifest.Kind.Namespaced && manifest.Namespace is { } ns && !Namespaces.Contains(ns) && !manifests.Any(m => m.Kind == Namespace.ResourceKind && m.Name == ns))
            yield return manifest.Problem("metadata.namespace", $"namespaces \"{ns}\" not found; add a Namespace {ns} to the manifests");
        if (manifest.Kind != Pod.ResourceKind || ManifestCheck.ToPod(manifest.Object).Spec.ServiceAccountName is not { Length: > 0 } account || account == "default") yield break;
        if (!manifests.Any(m => m.Kind == ServiceAccount.ResourceKind && m.Name == account && (m.Namespace ?? "default") == (manifest.Namespace ?? "default")))
            yield return manifest.Problem("spec.serviceAccountName", $"serviceaccount \"{account}\" not found; add a ServiceAccount {account} to the manifests");
    }

    /// <summary>Containers share this machine's network, and from inside a sandbox nobody can see who else is there.</summary>
    private static void WarnOfTakenPorts(Manifest manifest, string path, Container container, Terminal terminal)
    {
        foreach (var (i, port) in (container.Ports ?? []).Index())
        {
            if (port.Protocol is not ("UDP" or "SCTP") && PortOwner.Find(port.ContainerPortValue) is { } owner)
                terminal.Warning(manifest.Problem($"{path}.ports[{i}].containerPort", $"port {port.ContainerPortValue} is taken by {owner}, and containers share this machine's network: container {container.Name} cannot listen on it"));
        }
    }

    private static IEnumerable<(Manifest Manifest, string Path, Container Container)> Containers(Manifest manifest)
    {
        var spec = ManifestCheck.ToPod(manifest.Object).Spec;
        return (spec.InitContainers ?? []).Index().Select(c => (manifest, $"spec.initContainers[{c.Index}]", c.Item))
            .Concat(spec.Containers.Index().Select(c => (manifest, $"spec.containers[{c.Index}]", c.Item)));
    }
}
