using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime.Plain;

/// <summary>
/// Containers that are ordinary processes of this machine. Their volumes are below the directory that PODKIT_VOLUMES names. Each leads a
/// session of its own; its processes are found by that, by a mark in their environment and, where there are any, by their control group, and
/// all of them end with it, or with this process (see <see cref="Watchdog"/>). Out of reach is only what starts a session of its own and
/// overwrites its environment, on a machine that has neither namespaces nor control groups for this user.
/// </summary>
internal sealed class PlainRuntime : IContainerRuntime
{
    /// <summary>The variable that names the directory of a container's volumes.</summary>
    public const string VolumesVariable = "PODKIT_VOLUMES";

    private const string ContainerMark = "PODKIT_CONTAINER";

    private readonly INodeNotices _notices;
    private readonly ControlGroupFactory _groups;
    private readonly string? _setPrivileges = Programs.Find("setpriv");
    private readonly RunningContainers _running = new();
    private readonly Watchdog _watchdog = new();
    private readonly string _reason;
    private int _warned;

    /// <summary>Makes the runtime.</summary>
    /// <param name="notices">Where to say that paths are not at their real place.</param>
    /// <param name="groups">The control groups that this user may have.</param>
    /// <param name="reason">Why there is no sandbox; empty when nobody asked for one.</param>
    public PlainRuntime(INodeNotices notices, ControlGroupFactory groups, string reason)
    {
        _notices = notices;
        _groups = groups;
        _reason = reason;
    }

    public string Name => "plain";

    /// <summary>The watchdog's process id, once there was a container.</summary>
    internal int? WatchdogPid => _watchdog.Pid;

    public Task PrepareAsync(CancellationToken cancellationToken) => _watchdog.EnsureAsync();

    public async Task<IContainerProcess> StartAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Command.Count == 0) throw new ContainerStartException("StartError", $"container {spec.ContainerName} has no command");
        Warn(spec);
        var files = ContainerFiles.Create(spec);
        ContainerStreams? streams = null;
        ControlGroup? group = null;
        try
        {
            var mark = $"{ContainerMark}={Guid.NewGuid():N}";
            var command = Command(spec, files, mark);
            streams = ContainerStreams.Open(spec.RunAsUser, spec.StandardInput, spec.Terminal);
            group = _groups.Create(spec, always: true);
            await _watchdog.EnsureAsync().ConfigureAwait(false);
            if (group is not null) await _watchdog.AddAsync(group).ConfigureAwait(false);
            var child = await SpawnAsync(streams.AddTo(command.Request(spec.Command)), group).ConfigureAwait(false);
            streams.CloseProgramSide();
            await _watchdog.AddAsync(child.Pid).ConfigureAwait(false);
            return _running.Add(new PlainProcess(child, streams, files, group, command, mark, spec.RunAsUser, _watchdog));
        }
        catch (Exception failure)
        {
            streams?.Dispose();
            files.Dispose();
            if (group is not null) await group.DisposeAsync().ConfigureAwait(false);
            if (failure is PosixException posix) throw new ContainerStartException("StartError", posix.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync().ConfigureAwait(false);
        await _watchdog.DisposeAsync().ConfigureAwait(false);
    }

    private PlainCommand Command(ContainerSpec spec, ContainerFiles files, string mark)
    {
        var volumes = Path.Combine(files.Directory, "volumes");
        List<ContainerMount> mounts =
        [
            .. spec.Mounts, new(files.Hosts, "/etc/hosts", false), new(files.Hostname, "/etc/hostname", false), new(files.TerminationLog, spec.TerminationMessagePath, false),
        ];
        mounts = [.. mounts.DistinctBy(mount => mount.MountPath)];
        Directory.CreateDirectory(volumes);
        PlainVolumes.Create(volumes, mounts);
        if (spec.RunAsUser is not (null or 0) && Posix.IsRoot) PlainAccess.LetOthersIn(files.Directory, spec.PodDirectory, mounts);
        var environment = ContainerEnvironments.Complete(spec);
        environment[VolumesVariable] = volumes;
        var directory = spec.WorkingDirectory is { Length: > 0 } set ? PlainVolumes.ToHost(set, mounts) : "/";
        if (!Directory.Exists(directory))
            throw new ContainerStartException("CreateContainerError", $"working directory {spec.WorkingDirectory} does not exist on this machine, where the plain runtime runs container {spec.ContainerName}");
        var lines = ContainerEnvironments.Lines(environment);
        lines.Add(_watchdog.Mark);
        lines.Add(mark);
        return new PlainCommand(lines, environment["PATH"], directory, UserSwitch.Words(spec, _setPrivileges), mounts);
    }

    /// <summary>Starts the program; in a control group from its very first instruction on.</summary>
    private static async Task<ChildProcess> SpawnAsync(SpawnRequest request, ControlGroup? group)
    {
        const int gate = 3;
        if (group is null) return await ProcessReactor.Instance.SpawnAsync(request).ConfigureAwait(false);
        var (wait, release) = Pipes.Create();
        using (wait)
        using (release)
        {
            var gated = request with
            {
                Path = "/bin/sh",
                Arguments = ["sh", "-c", "read -r go <&3 || exit 1; exec 3<&-; exec \"$@\"", "sh", .. request.Arguments],
                Files = new Dictionary<int, SafeFileHandle>(request.Files) { [gate] = wait },
            };
            var child = await ProcessReactor.Instance.SpawnAsync(gated).ConfigureAwait(false);
            try
            {
                group.Add(child.Pid);
                Posix.WriteAll((int)release.DangerousGetHandle(), "\n"u8, "gate");
                return child;
            }
            catch (PosixException)
            {
                child.Signal(Signals.Kill);
                await child.Exit.ConfigureAwait(false);
                throw;
            }
        }
    }

    private void Warn(ContainerSpec spec)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            _notices.Say(
                "plain runtime: volumes are not at their mount paths but below the directory that PODKIT_VOLUMES names "
                + "($PODKIT_VOLUMES/etc/podinfo/labels instead of /etc/podinfo/labels), and containers see this machine's files, processes and host name"
                + (_reason.Length > 0 ? $", because {_reason}" : ""));
        }

        if (spec.RunAsUser is { } user && !Posix.IsRoot && user != Posix.UserId)
            _notices.Say($"container {spec.ContainerName} runs as user {Posix.UserId} instead of {user}: the plain runtime changes users only as root");
    }
}
