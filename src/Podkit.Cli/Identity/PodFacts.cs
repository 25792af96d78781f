using System.Globalization;
using Podkit.Metadata;
using Podkit.Metadata.Health;

namespace Podkit.Cli.Identity;

/// <summary>What a process can know about its pod without asking anyone: Downward API volumes, environment, the service-account mount.</summary>
/// <param name="InPod">Whether anything says that this is a pod.</param>
/// <param name="Values">The facts, each with where it comes from.</param>
/// <param name="Problems">What cannot be read.</param>
/// <param name="ServiceAccountDirectory">Where the service account is mounted; null: nowhere.</param>
internal sealed record PodFacts(bool InPod, IReadOnlyList<KnownValue> Values, IReadOnlyList<string> Problems, string? ServiceAccountDirectory)
{
    private const string TokenFile = "token";

    /// <summary>Gathers them.</summary>
    /// <param name="environment">Gives environment variables.</param>
    /// <param name="root">The container's root directory.</param>
    public static PodFacts Gather(Func<string, string?> environment, string root)
    {
        var options = Options(environment, root);
        using var metadata = PodMetadata.Open(options);
        var pod = metadata.Current;
        var problems = metadata.Status.Problems.ToList();
        var account = options.ServiceAccountDirectory;
        List<KnownValue> values = [.. Single(pod), .. Token(account, problems), .. Map(pod, "labels", PodFields.Labels, pod.Labels), .. Map(pod, "annotations", PodFields.Annotations, pod.Annotations)];
        return new PodFacts(pod.IsInPod, values, problems, Directory.Exists(account) ? account : null);
    }

    /// <summary>Where they are gathered.</summary>
    /// <param name="environment">Gives environment variables.</param>
    /// <param name="root">The container's root directory.</param>
    public static PodMetadataOptions Options(Func<string, string?> environment, string root)
    {
        var options = new PodMetadataOptions { Variable = environment, UseInotify = false };
        options.ServiceAccountDirectory = Located(options.ServiceAccountDirectory);
        options.ConventionalVolume = Located(options.ConventionalVolume);
        options.MountInfoFile = Below(options.MountInfoFile);
        return options;

        string Located(string path) => options.Locate(path) is var located && located != path ? located : Below(path);
        string Below(string path) => Path.Join(root, path.TrimStart('/'));
    }

    private static IEnumerable<KnownValue> Single(PodSnapshot pod)
    {
        (string Name, string FieldPath, string Value)[] all =
        [
            ("name", PodFields.Name, pod.Name),
            ("namespace", PodFields.Namespace, pod.Namespace),
            ("uid", PodFields.Uid, pod.Uid),
            ("node", PodFields.NodeName, pod.NodeName),
            ("serviceAccount", PodFields.ServiceAccountName, pod.ServiceAccountName),
            ("container", PodFields.ContainerName, pod.ContainerName),
            ("podIP", PodFields.PodIPs, string.Join(',', pod.PodIPs)),
            ("hostIP", PodFields.HostIPs, string.Join(',', pod.HostIPs)),
            ("limits.cpu", PodFields.CpuLimit, Number(pod.Resources.Limits.CpuCores)),
            ("limits.memory", PodFields.MemoryLimit, Number(pod.Resources.Limits.MemoryBytes)),
            ("requests.cpu", PodFields.CpuRequest, Number(pod.Resources.Requests.CpuCores)),
            ("requests.memory", PodFields.MemoryRequest, Number(pod.Resources.Requests.MemoryBytes)),
        ];
        return all.Where(v => v.Value.Length > 0).Select(v => new KnownValue(v.Name, v.Value, Source(pod, v.FieldPath)));
    }

    private static IEnumerable<KnownValue> Map(PodSnapshot pod, string name, string path, PodMap map) =>
        map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new KnownValue($"{name}[{e.Key}]", e.Value, Source(pod, $"{path}['{e.Key}']")));

    /// <summary>When the token expires; nothing else of it is told.</summary>
    private static IEnumerable<KnownValue> Token(string directory, List<string> problems)
    {
        var file = Path.Combine(directory, TokenFile);
        if (!File.Exists(file)) return [];
        try
        {
            if (TokenTimes.TryRead(File.ReadAllBytes(file), out _, out var expires))
                return expires is { } time ? [new KnownValue("tokenExpires", time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), $"claims of {file}")] : [];
            problems.Add($"{file}: its claims cannot be read");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!problems.Exists(p => p.Contains(file, StringComparison.Ordinal))) problems.Add($"{file}: {e.Message}");
        }

        return [];
    }

    private static string Source(PodSnapshot pod, string fieldPath) => pod.Origin(fieldPath) switch
    {
        { Source: MetadataSource.EnvironmentVariable, Place: "HOSTNAME" } => "environment variable HOSTNAME (the pod's name unless spec.hostname says otherwise)",
        { Source: MetadataSource.EnvironmentVariable } origin => $"environment variable {origin.Place}",
        { Source: MetadataSource.ServiceAccountMount } origin => origin.Place.EndsWith("/" + TokenFile, StringComparison.Ordinal) ? $"claims of {origin.Place}" : $"file {origin.Place}",
        { CanChange: true } origin => $"file {origin.Place}, which follows changes",
        { } origin => $"file {origin.Place}",
        null => "unknown",
    };

    private static string Number(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
