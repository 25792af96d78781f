namespace Podkit.Metadata;

/// <summary>How a mounted ConfigMap, Secret or other volume becomes configuration.</summary>
public sealed class MountedVolumeOptions
{
    /// <summary>The section that the volume's keys stand in; empty: the root. Default: the root.</summary>
    public string Section { get; set; } = "";

    /// <summary>Whether the directory may be missing. Default: false.</summary>
    public bool Optional { get; set; }

    /// <summary>Whether the configuration follows the volume. Default: true.</summary>
    public bool ReloadOnChange { get; set; } = true;

    /// <summary>
    /// Whether files named <c>*.json</c>, <c>*.yaml</c> and <c>*.yml</c> are parsed into sections; otherwise the file's text is the value of its
    /// name. Default: true. A section is not named for its file: <c>appsettings.json</c> with <c>{"A": {"B": 1}}</c> gives <c>A:B</c>.
    /// </summary>
    public bool ParseDocuments { get; set; } = true;

    /// <summary>Which files are read, by their path below the volume; null: all. Default: null.</summary>
    public Func<string, bool>? Include { get; set; }

    /// <summary>
    /// Told of what goes wrong, a sentence each, beside the log; the last good content stays. Default: nobody; where there is no log either within 10
    /// seconds, problems go to standard error. The log is the host's, with <see cref="PodConfigurationExtensions.AddPodConfigurationLog"/>.
    /// </summary>
    public Action<string>? OnProblem { get; set; }

    /// <summary>Whether inotify is used where it can be. Default: true.</summary>
    public bool UseInotify { get; set; } = true;

    /// <summary>How often the volume is looked at where inotify cannot be used, and while it is missing. Default: 1 second.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal Action<string> LastResort { get; set; } = Hosting.ProblemTeller.StandardError;

    internal string MountInfoFile { get; set; } = "/proc/self/mountinfo";

    internal Watching.IDirectoryEvents? DirectoryEvents { get; set; }

    internal void Validate()
    {
        if (PollInterval <= TimeSpan.Zero || PollInterval > TimeSpan.FromDays(1)) throw new ArgumentException($"{nameof(MountedVolumeOptions)}.{nameof(PollInterval)} must be between 0 and 1 day");
        ArgumentNullException.ThrowIfNull(Section);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
