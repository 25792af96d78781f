using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Running;

/// <summary>What <c>podkit run</c> can tell before it starts: whether there is something to run, and with what.</summary>
internal static class RunnableCheck
{
    private static readonly string[] Workloads = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController"];

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
        if (problems.Count > 0) throw CliException.BadInput(string.Join('\n', problems));
    }

    private static IEnumerable<(Manifest Manifest, string Path, Container Container)> Containers(Manifest manifest)
    {
        var spec = ManifestCheck.ToPod(manifest.Object).Spec;
        return (spec.InitContainers ?? []).Index().Select(c => (manifest, $"spec.initContainers[{c.Index}]", c.Item))
            .Concat(spec.Containers.Index().Select(c => (manifest, $"spec.containers[{c.Index}]", c.Item)));
    }
}
