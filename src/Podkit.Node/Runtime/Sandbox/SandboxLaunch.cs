using System.Text;
using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Starts one sandbox: bubblewrap builds it and waits; its first process is put under its limits; then the command begins.</summary>
internal sealed class SandboxLaunch(SandboxTools tools, ContainerSpec spec, IReadOnlyList<string> arguments, ContainerFiles files, ControlGroupFactory groups, Watchdog watchdog)
    : IAsyncDisposable
{
    private const int ArgumentsFile = 3;
    private const int StatusFile = 4;
    private const int BlockFile = 5;
    private const int LongestMessage = 4096;

    private ContainerStreams? _streams;
    private SandboxStatus? _status;
    private SafeFileHandle? _release;
    private ChildProcess? _child;
    private ControlGroup? _group;
    private ProcessFile? _first;
    private bool _complete;

    /// <summary>Starts it.</summary>
    /// <exception cref="ContainerStartException">bubblewrap could not build it.</exception>
    public async Task<ContainerProcess> StartAsync(SandboxView view, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var user = UserSwitch.Words(spec, tools.SetPrivileges);
        var session = spec.Terminal ? tools.SessionWords() : [];
        await SpawnAsync(session, user).ConfigureAwait(false);
        var first = await _status!.ReadChildAsync(cancellationToken).ConfigureAwait(false) ?? throw await FailedAsync().ConfigureAwait(false);
        _first = ProcessFile.Open(first);
        _group = groups.Create(spec);
        if (_group is not null)
        {
            await watchdog.AddAsync(_group).ConfigureAwait(false);
            _group.Add(first);
        }

        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        var main = await MainProcess.FindAsync(first, _child!.Exit, cancellationToken).ConfigureAwait(false);
        var entry = new SandboxEntry(tools, spec, view, environment, first);
        _complete = true;
        return new SandboxProcess(_child, _first, main, _streams!, _status, entry, files, _group);
    }

    /// <summary>Ends what has been started of it, unless it runs and belongs to the process that was given.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_complete && _child is not null) await KillAsync().ConfigureAwait(false);
        _release?.Dispose();
        if (_complete) return;
        _first?.Dispose();
        _status?.Dispose();
        _streams?.Dispose();
        if (_group is not null) await _group.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Until it has built the sandbox its first process does not die with bubblewrap, and goes on once nothing blocks it any more: it has to be
    /// killed itself, before the block is gone. bubblewrap tells of it in any case, unless it ends.
    /// </summary>
    private async Task KillAsync()
    {
        if (_first is null && await _status!.ReadChildAsync(CancellationToken.None).ConfigureAwait(false) is { } first) _first = ProcessFile.Open(first);
        _first?.Signal(Signals.Kill);
        _child!.Signal(Signals.Kill);
        await _child.Exit.ConfigureAwait(false);
        if (_first is not null) await _first.WhenGoneAsync().ConfigureAwait(false);
    }

    private async Task SpawnAsync(IReadOnlyList<string> session, IReadOnlyList<string> user)
    {
        _streams = ContainerStreams.Open(spec.RunAsUser, spec.StandardInput, spec.Terminal);
        var (statusRead, statusWrite) = Pipes.Create();
        var (block, release) = Pipes.CreateSingle();
        _status = new SandboxStatus(Pipes.Reader(statusRead));
        _release = release;
        using var packed = Pipes.Strings(arguments);
        using (statusWrite)
        using (block)
        {
            var request = new SpawnRequest
            {
                Path = tools.Bubblewrap,
                Environment = [watchdog.Mark],
                Arguments = ["bwrap", "--args", "3", "--json-status-fd", "4", "--block-fd", "5", "--", .. session, .. user, .. spec.Command],
                IsControlled = false,
                Files = new Dictionary<int, SafeFileHandle> { [ArgumentsFile] = packed, [StatusFile] = statusWrite, [BlockFile] = block },
            };
            _child = await ProcessReactor.Instance.SpawnAsync(_streams.AddTo(request)).ConfigureAwait(false);
        }

        _streams.CloseProgramSide();
    }

    /// <summary>Lets bubblewrap go on. Once it has taken the byte, the mounts are made.</summary>
    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        Posix.WriteAll((int)_release!.DangerousGetHandle(), [1], "bubblewrap");
        var taken = ProcessReactor.Instance.WhenReadyAsync(_release, ProcessReactor.Writable, cancellationToken);
        var first = await Task.WhenAny(taken, _child!.Exit).WaitAsync(cancellationToken).ConfigureAwait(false);
        var failed = first != taken || (await taken.ConfigureAwait(false) & ProcessReactor.Writable) == 0;
        if (failed && !await ExecutedAsync().ConfigureAwait(false)) throw await FailedAsync().ConfigureAwait(false);
    }

    /// <summary>Whether a sandbox that has ended already had executed its command.</summary>
    private async Task<bool> ExecutedAsync()
    {
        await _child!.Exit.ConfigureAwait(false);
        return await _status!.ReadExecutedAsync().ConfigureAwait(false);
    }

    private async Task<ContainerStartException> FailedAsync()
    {
        await KillAsync().ConfigureAwait(false);
        var buffer = new byte[LongestMessage];
        var length = await (spec.Terminal ? _streams!.Output : _streams!.Error).ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false).ConfigureAwait(false);
        var message = Encoding.UTF8.GetString(buffer, 0, length).Trim();
        return new ContainerStartException("CreateContainerError", message.Length > 0 ? message : "bubblewrap ended before the sandbox was made");
    }
}
