using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>A handle of a process that no later process with the same id can take over (pidfd).</summary>
internal sealed class ProcessFile : IDisposable
{
    private const int OpenCall = 434;
    private const int SignalCall = 424;

    private readonly SafeFileHandle? _handle;
    private readonly int _pid;

    private ProcessFile(int pid, SafeFileHandle? handle) => (_pid, _handle) = (pid, handle);

    /// <summary>The process id.</summary>
    public int Pid => _pid;

    /// <summary>Opens the handle of a process that is known to be there now.</summary>
    public static ProcessFile Open(int pid)
    {
        var fd = TryOpen(pid);
        return new ProcessFile(pid, fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Sends a signal; nothing happens once the process has ended.</summary>
    public void Signal(int signal)
    {
        if (_handle is null) _ = Libc.Kill(_pid, signal);
        else if (!_handle.IsClosed) _ = Libc.SystemCall(SignalCall, _handle.DangerousGetHandle(), signal, 0, 0);
    }

    /// <summary>Completes when the process has ended; at once where the kernel cannot tell.</summary>
    public async Task WhenGoneAsync()
    {
        if (_handle is { IsClosed: false }) await ProcessReactor.Instance.WhenReadyAsync(_handle, ProcessReactor.Readable).ConfigureAwait(false);
    }

    /// <summary>The raw descriptor, or less than 0 where the kernel has none.</summary>
    internal static int TryOpen(int pid) => (int)Libc.SystemCall(OpenCall, pid, 0, 0, 0);

    public void Dispose() => _handle?.Dispose();
}
