using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>Works out what a container is started with.</summary>
internal sealed class ContainerSetup(NodeServices node, Pod pod, IReadOnlyList<string> podIPs, IPodVolumes volumes)
{
    /// <param name="container">The container.</param>
    /// <param name="run">The number of the run.</param>
    /// <param name="cancellationToken">Ends the waiting for ConfigMaps, Secrets and services.</param>
    /// <exception cref="ContainerStartException">It cannot be started; the reason is the one of the container's waiting state.</exception>
    public async Task<(ContainerSpec Spec, string ImageId)> MakeAsync(Container container, int run, CancellationToken cancellationToken)
    {
        var user = UserOf(container);
        var environment = await ResolveAsync(container, cancellationToken).ConfigureAwait(false);
        var image = await node.Options.Images.FindAsync(container.Image ?? "", cancellationToken).ConfigureAwait(false);
        var command = CommandOf(container, environment, image);
        if (image is null) node.ImageNotices.SayMissing(container.Image ?? "");
        var context = container.SecurityContext;
        return (new ContainerSpec
        {
            PodUid = pod.Metadata.Uid!,
            PodName = pod.Metadata.Name!,
            PodNamespace = pod.Metadata.Namespace!,
            Hostname = pod.Hostname(node.Options.NodeName),
            ContainerName = container.Name,
            Image = container.Image ?? "",
            Command = command,
            StandardInput = container.Stdin is true,
            Terminal = container.Tty is true,
            Environment = Merge(image, environment.Variables),
            WorkingDirectory = string.IsNullOrEmpty(container.WorkingDir) ? image?.WorkingDirectory : container.WorkingDir,
            Mounts = volumes.MountsFor(container, environment.Variables),
            PodDirectory = volumes.PodDirectory,
            RunAsUser = user,
            RunAsGroup = context?.RunAsGroup ?? pod.Spec.SecurityContext?.RunAsGroup,
            SupplementalGroups = pod.Spec.SecurityContext?.SupplementalGroups ?? [],
            FsGroup = pod.Spec.SecurityContext?.FsGroup,
            AddedCapabilities = context?.Capabilities?.Add ?? [],
            DroppedCapabilities = context?.Capabilities?.Drop ?? [],
            ReadOnlyRootFilesystem = context?.ReadOnlyRootFilesystem ?? false,
            Hosts = HostsOf(),
            Resources = ResourcesOf(container),
            TerminationMessagePath = string.IsNullOrEmpty(container.TerminationMessagePath) ? "/dev/termination-log" : container.TerminationMessagePath,
            TerminationMessageFile = TerminationMessages.FileOf(volumes.PodDirectory, container.Name, run),
        }, image?.Id ?? "");
    }

    private long? UserOf(Container container)
    {
        var user = container.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser;
        var mustNotBeRoot = container.SecurityContext?.RunAsNonRoot ?? pod.Spec.SecurityContext?.RunAsNonRoot;
        if (mustNotBeRoot is not true) return user;
        var where = $"(pod: \"{pod.Formatted()}\", container: {container.Name})";
        if (user == 0) throw ConfigError($"container's runAsUser breaks non-root policy {where}");
        if (user is null && Environment.IsPrivilegedProcess) throw ConfigError($"container has runAsNonRoot and image will run as root {where}");
        return user;
    }

    private async Task<ContainerEnvironment> ResolveAsync(Container container, CancellationToken cancellationToken)
    {
        var configMaps = new Dictionary<string, ConfigMap?>();
        var secrets = new Dictionary<string, Secret?>();
        foreach (var key in PodSources.Of(pod, container))
        {
            if (key.IsSecret) secrets[key.Name] = await node.Sources.FindSecretAsync(key.Namespace, key.Name, cancellationToken).ConfigureAwait(false);
            else configMaps[key.Name] = await node.Sources.FindConfigMapAsync(key.Namespace, key.Name, cancellationToken).ConfigureAwait(false);
        }
        var environment = PodEnvironment.Resolve(pod, container, new DownwardApiContext
        {
            NodeAllocatable = node.Sources.NodeAllocatable,
            HostIPs = node.HostIPs,
            PodIPs = podIPs,
            Services = await node.Services.GetAsync(cancellationToken).ConfigureAwait(false),
            ConfigMap = (_, name) => configMaps.GetValueOrDefault(name),
            Secret = (_, name) => secrets.GetValueOrDefault(name),
        });
        return environment.Errors.Count == 0 ? environment : throw new ContainerStartException(environment.Errors[0].Reason, environment.Errors[0].Message);
    }

    private IReadOnlyList<string> CommandOf(Container container, ContainerEnvironment environment, LocalImage? image)
    {
        if (node.Options.ExecOverrides.TryGetValue(container.Name, out var line)) return Replaced(container, line, environment.Command.Count > 0 ? [] : environment.Args);
        var command = environment.Command.Count > 0 ? environment.Command : image?.Entrypoint ?? [];
        var arguments = environment.Args.Count > 0 || environment.Command.Count > 0 ? environment.Args : image?.Arguments ?? [];
        if (command.Count == 0) (command, arguments) = (image is null ? [] : arguments, []);
        return command.Count > 0
            ? [.. command, .. arguments]
            : throw new ContainerStartException(WaitingReasons.CreateContainerError,
                $"container \"{container.Name}\" has no command, and image {container.Image} is not in the local store: give --exec {container.Name}=COMMAND");
    }

    /// <summary>Arguments without a command are those of the image's entry point, in whose place the line stands; with one they are the replaced command's own.</summary>
    private static IReadOnlyList<string> Replaced(Container container, string line, IReadOnlyList<string> arguments)
    {
        try
        {
            return CommandLine.Parse(line, Environment.CurrentDirectory, arguments);
        }
        catch (FormatException e)
        {
            throw new ContainerStartException(WaitingReasons.CreateContainerError, $"--exec {container.Name}: {e.Message}");
        }
    }

    private static List<KeyValuePair<string, string>> Merge(LocalImage? image, IReadOnlyDictionary<string, string> variables) =>
        [.. (image?.Environment ?? []).Where(v => !variables.ContainsKey(v.Key)), .. variables];

    private List<HostsEntry> HostsOf()
    {
        var hosts = new List<HostsEntry>(node.Hosts);
        if (podIPs.Count > 0) hosts.Add(pod.HostsEntry(podIPs[0], node.Options.NodeName));
        foreach (var alias in pod.Spec.HostAliases ?? []) hosts.Add(new(alias.Ip, alias.Hostnames ?? []));
        return hosts;
    }

    private static ContainerResources ResourcesOf(Container container)
    {
        var limits = container.Resources.Limits;
        var requests = container.Resources.Requests;
        return new(
            limits?.TryGetValue("memory", out var memory) is true ? memory.Value : null,
            limits?.TryGetValue("cpu", out var cpu) is true ? cpu.MilliValue : null,
            requests?.TryGetValue("cpu", out var request) is true ? request.MilliValue : null);
    }

    private static ContainerStartException ConfigError(string message) => new(WaitingReasons.CreateContainerConfigError, message);
}
