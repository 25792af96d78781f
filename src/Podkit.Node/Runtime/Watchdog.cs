using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>
/// A small shell program beside this process that ends every container when this process is gone, however it went, and removes the directories
/// that it had: it reads from a pipe that nobody but this process can write to, and acts when that is closed. A plain container needs it from its start to its end. A sandbox dies with
/// this process by itself, but only once bubblewrap has built it.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    /// <summary>
    /// $1 is the mark in the environment of all containers. Lines: "+ SESSION", "- SESSION", "g DIRECTORY" (a control group), "d DIRECTORY", "quit".
    /// A process is found by its control group, its session or its mark; what is found is killed until nothing is.
    /// </summary>
    private const string Script = """
        trap '' HUP INT TERM PIPE
        sessions=' '; groups=''; directories=
        while read -r op what; do
          case $op in
            +) sessions="$sessions$what " ;;
            -) sessions="${sessions%% $what *} ${sessions#* $what }" ;;
            g) groups="$groups $what" ;;
            d) directories="$directories$what
        " ;;
            quit) exit 0 ;;
          esac
        done
        round=0
        while [ $round -lt 200 ]; do
          round=$((round + 1)); found=
          for g in $groups; do
            [ -r "$g/cgroup.procs" ] && while read -r p; do found="$found $p"; done < "$g/cgroup.procs"
          done
          for s in /proc/[0-9]*/stat; do
            read -r line 2>/dev/null < "$s" || continue
            p=${s#/proc/}; p=${p%/stat}
            set -- $1 ${line##*) }
            case $2 in Z) continue ;; esac
            case $sessions in *" $5 "*) found="$found $p" ;; esac
          done
          for e in $(grep -l -F "$1" /proc/[0-9]*/environ 2>/dev/null); do p=${e#/proc/}; found="$found ${p%/environ}"; done
          [ -z "$found" ] && break
          kill -KILL $found 2>/dev/null
        done
        for g in $groups; do rmdir "$g" 2>/dev/null; done
        IFS='
        '
        for d in $directories; do
          chmod -R u+rwX "$d" 2>/dev/null
          rm -rf -- "$d"
          rmdir "${d%/*}" 2>/dev/null
        done
        """;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private ChildProcess? _child;
    private SafeFileHandle? _line;

    /// <summary>Makes the watchdog; it starts with the first container.</summary>
    public Watchdog() => Mark = $"PODKIT_RUNTIME={Guid.NewGuid():N}";

    /// <summary>The line of the environment by which the watchdog finds processes.</summary>
    public string Mark { get; }

    /// <summary>The watchdog's process id, or null.</summary>
    public int? Pid => _child?.Pid;

    /// <summary>Makes sure that the watchdog runs and knows all directories.</summary>
    public async Task EnsureAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_child is not { Exit.IsCompleted: false }) await StartAsync().ConfigureAwait(false);
            foreach (var directory in InstanceDirectory.All.Where(_directories.Add)) Tell("d " + directory);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Tells of a container that has started.</summary>
    public Task AddAsync(int session) => TellAsync($"+ {session.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Tells of a container that has ended.</summary>
    public Task RemoveAsync(int session) => TellAsync($"- {session.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Tells of a container's control group.</summary>
    public async Task AddAsync(ControlGroups.ControlGroup group)
    {
        foreach (var directory in group.Directories) await TellAsync("g " + directory).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await TellAsync("quit").ConfigureAwait(false);
        if (_child is not null) await _child.Exit.ConfigureAwait(false);
        _line?.Dispose();
        _gate.Dispose();
    }

    private async Task StartAsync()
    {
        _line?.Dispose();
        _directories.Clear();
        var (read, write) = Pipes.Create();
        using (read)
        using (var nothing = Pipes.Open("/dev/null", write: true))
        {
            var request = new SpawnRequest
            {
                Path = "/bin/sh",
                Arguments = ["podkit-watchdog", "-c", Script, "podkit-watchdog", Mark],
                Environment = ["PATH=/usr/bin:/bin"],
                WorkingDirectory = "/",
                Files = new Dictionary<int, SafeFileHandle> { [0] = read, [1] = nothing, [2] = nothing },
            };
            _child = await ProcessReactor.Instance.SpawnAsync(request).ConfigureAwait(false);
        }

        _line = write;
    }

    private async Task TellAsync(string line)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            Tell(line);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Tell(string line)
    {
        if (_line is null || _child is not { Exit.IsCompleted: false }) return;
        try
        {
            Posix.WriteAll((int)_line.DangerousGetHandle(), Encoding.UTF8.GetBytes(line + "\n"), "watchdog");
        }
        catch (PosixException)
        {
            // Somebody has killed it: the next container starts another.
        }
    }
}
