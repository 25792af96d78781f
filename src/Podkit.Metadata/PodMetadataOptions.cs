using Podkit.Client;

namespace Podkit.Metadata;

/// <summary>Where a pod's metadata is looked for. The defaults find what pods usually offer.</summary>
public sealed class PodMetadataOptions
{
    /// <summary>
    /// The directories of Downward API volumes, the first that has a value wins. Default, when empty: <c>/etc/podinfo</c> and every volume
    /// in <c>/proc/self/mountinfo</c> that has the files of a Downward API volume.
    /// </summary>
    public IList<string> Volumes { get; } = [];

    /// <summary>
    /// Files of the volumes that are not named by convention: the path below the volume, and what it holds in Kubernetes' words, such as
    /// <c>["env"] = "metadata.labels['env']"</c>. A resource may have its divisor: <c>["cpu"] = "limits.cpu/1m"</c>.
    /// By convention known are <c>labels</c>, <c>annotations</c>, <c>name</c>, <c>namespace</c>, <c>uid</c>, <c>labels/KEY</c>,
    /// <c>annotations/KEY</c>, <c>cpu_limit</c>, <c>cpu_request</c>, <c>mem_limit</c>, <c>mem_request</c> and their usual variants.
    /// </summary>
    public IDictionary<string, string> Files { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Environment variables that are not named by convention: the name, and what it holds in Kubernetes' words, such as
    /// <c>["STAGE"] = "metadata.labels['stage']"</c>. They come before those known by convention.
    /// </summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Values that are set, whatever else is found: what it is in Kubernetes' words, and the value, such as
    /// <c>["metadata.name"] = "local"</c> or <c>["metadata.labels['env']"] = "development"</c>.
    /// </summary>
    public IDictionary<string, string> Values { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether environment variables are read. Default: true.</summary>
    public bool UseEnvironment { get; set; } = true;

    /// <summary>Whether the service account's mount is read: its namespace, and pod, node and service account as its token names them. Default: true.</summary>
    public bool UseServiceAccount { get; set; } = true;

    /// <summary>Where the service account is mounted. Default: where Kubernetes mounts it.</summary>
    public string ServiceAccountDirectory { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>
    /// Whether values that nothing else offers are asked from the API server: one get and one watch of the own pod. It needs the mounted
    /// service account, a RoleBinding, and a Role with the rule <c>{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}</c>; the get is
    /// a list of the one name, as watches begin with. Default: false.
    /// </summary>
    public bool CompleteFromApiServer { get; set; }

    /// <summary>The client to ask the API server with; it is not disposed. Default: one with the pod's own service account.</summary>
    public KubernetesClient? Client { get; set; }

    /// <summary>The section of the configuration that shows the metadata; null: none. Default: <c>Pod</c>.</summary>
    public string? ConfigurationSection { get; set; } = "Pod";

    /// <summary>Whether inotify is used where it can be. Default: true.</summary>
    public bool UseInotify { get; set; } = true;

    /// <summary>How often a volume is looked at where inotify cannot be used, and while it is missing. Default: 1 second.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many changes are kept for a reader of <see cref="IPodMetadata.ChangesAsync"/> that is slower than they come. Default: 64.</summary>
    public int MaximumPendingChanges { get; set; } = 64;

    /// <summary>
    /// Told of what goes wrong, a sentence each, beside the log. Default: nobody; where there is no log either within 10 seconds, problems of an app's
    /// services and configuration go to standard error.
    /// </summary>
    public Action<string>? OnProblem { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal Action<string>? LastResort { get; set; }

    internal Func<string, string?> Variable { get; set; } = System.Environment.GetEnvironmentVariable;

    internal Watching.IDirectoryEvents? DirectoryEvents { get; set; }

    internal string MountInfoFile { get; set; } = "/proc/self/mountinfo";

    internal string ConventionalVolume { get; set; } = "/etc/podinfo";

    internal string Locate(string path) => UseEnvironment ? Sources.PlainRuntime.Locate(path, Variable) : path;

    internal void Validate()
    {
        Require(PollInterval > TimeSpan.Zero && PollInterval <= TimeSpan.FromDays(1), nameof(PollInterval), "between 0 and 1 day");
        Require(MaximumPendingChanges >= 1, nameof(MaximumPendingChanges), "at least 1");
        Require(TimeProvider is not null, nameof(TimeProvider), "set");
        Require(!string.IsNullOrEmpty(ServiceAccountDirectory), nameof(ServiceAccountDirectory), "a directory");
        Require(ConfigurationSection is null or { Length: > 0 }, nameof(ConfigurationSection), "null or a name");
        foreach (var volume in Volumes) Require(Path.IsPathRooted(volume), nameof(Volumes), $"absolute paths, and \"{volume}\" is none");
    }

    private static void Require(bool isValid, string option, string what)
    {
        if (!isValid) throw new ArgumentException($"{nameof(PodMetadataOptions)}.{option} must be {what}");
    }
}
