using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>The way into a running sandbox: its namespaces, held open so that no other process can take their place.</summary>
internal sealed class SandboxEntry : IDisposable
{
    private const int FirstFile = 3;

    private readonly SandboxTools _tools;
    private readonly ContainerSpec _spec;
    private readonly SandboxView _view;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly List<(string Option, SafeFileHandle File)> _namespaces = [];

    /// <summary>Opens the namespaces of a sandbox that runs.</summary>
    public SandboxEntry(SandboxTools tools, ContainerSpec spec, SandboxView view, IReadOnlyDictionary<string, string> environment, int first)
    {
        _tools = tools;
        _spec = spec;
        _view = view;
        _environment = environment;
        try
        {
            // The user namespace comes first: it gives the right to enter the others.
            if (!Posix.IsRoot) Open(first, "user");
            foreach (var name in new[] { "mnt", "pid", "uts" }) Open(first, name);
        }
        catch (PosixException)
        {
            // The container has ended already: there is nothing to enter.
            CloseNamespaces();
        }
    }

    /// <summary>The container's program.</summary>
    public string Program => _spec.Command[0];

    /// <summary>Runs a command in the sandbox.</summary>
    public Task<int> ExecAsync(ContainerExec exec, Task ended, CancellationToken cancellationToken)
    {
        if (_tools.EnterNamespaces is null) throw new ContainerStartException("StartError", "a command in a running container needs nsenter: install util-linux");
        if (_namespaces.Count == 0) throw new InvalidOperationException("the container has ended");
        var directory = _spec.WorkingDirectory is { Length: > 0 } set ? set : "/";
        Programs.Resolve(exec.Command[0], _environment["PATH"], directory, _view.ToHost);
        var words = new List<string> { "nsenter" };
        var files = new Dictionary<int, SafeFileHandle>();
        foreach (var (option, file) in _namespaces)
        {
            var number = FirstFile + files.Count;
            files.Add(number, file);
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--{option}=/proc/self/fd/{number}"));
        }

        if (!Posix.IsRoot) words.Add("--preserve-credentials");
        words.Add("--");
        if (exec.Terminal) words.AddRange(_tools.SessionWords());
        words.AddRange(Bounded());
        words.AddRange(UserSwitch.Words(_spec, _tools.SetPrivileges));
        if (directory != "/") words.AddRange(["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory]);
        words.AddRange(exec.Command);
        var request = new SpawnRequest { Path = _tools.EnterNamespaces, Arguments = words, Environment = ContainerEnvironments.Lines(_environment), Files = files, IsControlled = false };
        return ExecRun.RunAsync(request, exec, _spec.RunAsUser, ended, cancellationToken);
    }

    public void Dispose() => CloseNamespaces();

    /// <summary>Entering as root would give every right of root's: only a container's are kept.</summary>
    private string[] Bounded()
    {
        if (!Posix.IsRoot || _tools.SetPrivileges is null) return [];
        return [_tools.SetPrivileges, "--bounding-set", "-all" + string.Concat(ContainerCapabilities.Of(_spec).Select(name => ",+" + name.ToLowerInvariant())), "--no-new-privs", "--"];
    }

    private void Open(int process, string name) =>
        _namespaces.Add((name == "mnt" ? "mount" : name, Pipes.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/{name}"), write: false)));

    private void CloseNamespaces()
    {
        foreach (var (_, file) in _namespaces) file.Dispose();
        _namespaces.Clear();
    }
}
