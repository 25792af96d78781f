using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>
/// Containers in namespaces of their own, made by bubblewrap: mounts, processes and host name. They see this machine's file system read-only,
/// with /tmp, /var/tmp and /run of their own and their volumes at their real paths. Nothing of a container outlives this process: bubblewrap
/// dies with the thread that started it, and the sandbox's first process, and so all of them, with bubblewrap; a watchdog ends what is only
/// being built.
/// </summary>
internal sealed class SandboxRuntime : IContainerRuntime
{
    private readonly SandboxTools _tools;
    private readonly ControlGroupFactory _groups;
    private readonly InstanceDirectory _directory;
    private readonly DirectoryCopies _copies;
    private readonly HostFiles _host = new();
    private readonly RunningContainers _running = new();
    private readonly Watchdog _watchdog = new();

    /// <summary>Makes the runtime.</summary>
    public SandboxRuntime(SandboxTools tools, ControlGroupFactory groups)
    {
        _tools = tools;
        _groups = groups;
        _directory = InstanceDirectory.Create(InstanceDirectory.DefaultParent, "sandbox");
        _copies = new DirectoryCopies(Path.Combine(_directory.Path, "copies"));
    }

    public string Name => "sandbox";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _watchdog.EnsureAsync().ConfigureAwait(false);
        await Task.Run(() => _copies.Prepare("/etc"), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IContainerProcess> StartAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Command.Count == 0) throw new ContainerStartException("StartError", $"container {spec.ContainerName} has no command");
        var files = ContainerFiles.Create(spec);
        try
        {
            var environment = ContainerEnvironments.Complete(spec);
            var view = new SandboxView(spec, files, _host, environment["PATH"]);
            Programs.Resolve(spec.Command[0], environment["PATH"], spec.WorkingDirectory ?? "/", view.ToHost);
            var steps = new MountPlanner(_host).Plan(view.Request());
            var arguments = BubblewrapArguments.Create(spec, steps, _copies.Get, environment, Posix.UserId, Posix.GroupId);
            await _watchdog.EnsureAsync().ConfigureAwait(false);
            var launch = new SandboxLaunch(_tools, spec, arguments, files, _groups, _watchdog);
            await using (launch.ConfigureAwait(false)) return _running.Add(await launch.StartAsync(view, environment, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            files.Dispose();
            if (failure is PosixException posix) throw new ContainerStartException("CreateContainerError", posix.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync().ConfigureAwait(false);
        await _watchdog.DisposeAsync().ConfigureAwait(false);
        _directory.Dispose();
    }
}
