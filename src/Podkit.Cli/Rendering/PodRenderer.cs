using System.Text;
using System.Text.Json;
using Podkit.ApiServer;
using Podkit.Cli.Manifests;
using Podkit.DownwardApi;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Rendering;

/// <summary>Says what the containers of manifests would get, without running anything.</summary>
internal sealed class PodRenderer(IReadOnlyList<Manifest> manifests, IReadOnlyDictionary<string, Quantity>? allocatable, IReadOnlyList<FieldAssignment> assignments)
{
    /// <summary>Stands for the token that a cluster would issue.</summary>
    public const string TokenPlaceholder = "<token>";

    /// <summary>Stands for the CA bundle of a cluster.</summary>
    public const string AuthorityPlaceholder = "<ca.crt>";

    private static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A sentence for each limit that is asked for, not set, and not known of the node either.</summary>
    public IEnumerable<string> UnknownAllocatable =>
        from manifest in manifests
        where manifest.Kind == Pod.ResourceKind
        let spec = ManifestCheck.ToPod(manifest.Object).Spec
        let containers = (spec.InitContainers ?? []).Concat(spec.Containers).ToList()
        from asked in Asked(spec, containers).Distinct()
        where asked.Resource.StartsWith("limits.", StringComparison.Ordinal)
        let name = asked.Resource["limits.".Length..]
        where containers.Find(c => c.Name == asked.Container)?.Resources.Limits?.ContainsKey(name) is not true && allocatable?.ContainsKey(name) is not true
        select $"{manifest.Source.File}: Pod \"{manifest.Name}\": container {asked.Container} has no {asked.Resource}, so that it gets what its node gives to pods, which is not known: say --node-allocatable {name}=...";

    public Rendering Render() => new([.. manifests.Where(m => m.Kind.Kind == "Pod" && m.Kind.Group.Length == 0).Select(Render)]);

    private RenderedPod Render(Manifest manifest)
    {
        var ns = manifest.Namespace ?? "default";
        var account = manifest.Object["spec"]?["serviceAccountName"]?.ToString() ?? "default";
        var document = ObjectRules.Complete(manifest.Kind, manifest.Object, ns, Find(ServiceAccount.JsonTypeInfo, ns, account)?.AutomountServiceAccountToken ?? true);
        foreach (var assignment in assignments) assignment.Apply(document);
        var pod = ManifestCheck.ToPod(document);
        var context = new DownwardApiContext
        {
            NodeAllocatable = allocatable,
            Services = [.. Typed(Service.JsonTypeInfo)],
            ConfigMap = (ns, name) => Find(ConfigMap.JsonTypeInfo, ns, name) ?? (name == "kube-root-ca.crt" ? new ConfigMap { Data = new() { ["ca.crt"] = AuthorityPlaceholder } } : null),
            Secret = (ns, name) => Find(Secret.JsonTypeInfo, ns, name),
            ServiceAccountToken = (ServiceAccountTokenProjection _, out string? error) =>
            {
                error = null;
                return TokenPlaceholder;
            },
        };
        return new RenderedPod(
            pod.Metadata.Namespace ?? "default",
            pod.Metadata.Name ?? pod.Metadata.GenerateName ?? "",
            [.. (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers).Select(c => Render(pod, c, context))],
            [.. (pod.Spec.Volumes ?? []).Where(PodVolumes.CanRender).Select(v => Render(pod, v, context))]);
    }

    private static RenderedContainer Render(Pod pod, Container container, DownwardApiContext context)
    {
        var environment = PodEnvironment.Resolve(pod, container, context);
        return new RenderedContainer(container.Name, environment.Variables, environment.Command, environment.Args, [.. environment.Errors.Select(e => e.Message)]);
    }

    private static RenderedVolume Render(Pod pod, Volume volume, DownwardApiContext context)
    {
        var payload = PodVolumes.Render(pod, volume, context);
        return new RenderedVolume(
            volume.Name,
            [.. payload.Files.Select(f => new RenderedFile(f.Path, Convert.ToString(f.Mode, 8).PadLeft(4, '0'), Text.GetString(f.Content.Span)))],
            [.. payload.Errors.Select(e => e.Message)]);
    }

    private static IEnumerable<(string Container, string Resource)> Asked(PodSpec spec, List<Container> containers)
    {
        var variables = containers.SelectMany(c => (c.Env ?? []).Select(v => (c.Name, Field: v.ValueFrom?.ResourceFieldRef)));
        var files = (spec.Volumes ?? []).SelectMany(v => (v.DownwardAPI?.Items ?? []).Concat((v.Projected?.Sources ?? []).SelectMany(s => s.DownwardAPI?.Items ?? []))).Select(i => (Name: "", Field: i.ResourceFieldRef));
        return variables.Concat(files).Where(f => f.Field is not null).Select(f => (f.Field!.ContainerName is { Length: > 0 } named ? named : f.Name, f.Field.Resource));
    }

    private T? Find<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string ns, string name)
        where T : class, IResource<T> =>
        Typed(type).FirstOrDefault(o => o.Metadata.Name == name && o.Metadata.Namespace == ns);

    private IEnumerable<T> Typed<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class, IResource<T> =>
        manifests.Where(m => m.Kind == T.ResourceKind).Select(m => ObjectRules.Complete(m.Kind, m.Object, m.Namespace ?? "default").Deserialize(type)!);
}
