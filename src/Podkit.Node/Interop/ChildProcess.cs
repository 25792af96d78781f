using System.Runtime.InteropServices;

namespace Podkit.Node.Interop;

/// <summary>A program that this process started. Its id stays its own until <see cref="Exit"/> completes.</summary>
internal sealed class ChildProcess
{
    private const int NoHang = 1;
    private const int MostAttempts = 2000;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<ChildExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _reaped;

    internal ChildProcess(int pid)
    {
        Pid = pid;
        StartedAt = DateTimeOffset.UtcNow;
    }

    /// <summary>The process id.</summary>
    public int Pid { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How it ended.</summary>
    public Task<ChildExit> Exit => _exit.Task;

    /// <summary>Sends a signal; nothing happens once it has ended.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="group">Whether the whole process group that it leads gets it.</param>
    public void Signal(int signal, bool group = false)
    {
        lock (_gate)
        {
            if (!_reaped) _ = Libc.Kill(group ? -Pid : Pid, signal);
        }
    }

    /// <summary>Kills the process and the whole group that it leads and waits until none of them is left.</summary>
    public async Task KillGroupAsync()
    {
        const int kill = 9;
        Signal(kill, group: true);
        await Exit.ConfigureAwait(false);
        for (var attempt = 0; attempt < MostAttempts && Libc.Kill(-Pid, 0) == 0; attempt++) await Task.Delay(1).ConfigureAwait(false);
    }

    internal void Watch(ProcessReactor reactor)
    {
        var fd = ProcessFile.TryOpen(Pid);
        if (fd >= 0)
        {
            reactor.Add(fd, ProcessReactor.Readable, returned =>
            {
                _ = Libc.Close(fd);
                Reap(NoHang);
            });
            return;
        }

        // No pidfd (a kernel before 5.3, or a filter that forbids it): a thread of its own waits.
        new Thread(() => Reap(0)) { IsBackground = true, Name = $"podkit waits for {Pid}" }.Start();
    }

    private unsafe void Reap(int options)
    {
        if (options == 0) WaitWithoutReaping();
        int status = 0, result;
        lock (_gate)
        {
            do
            {
                result = Libc.WaitPid(Pid, &status, options);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
            _reaped = true;
        }

        // Reaped by somebody else: how it ended is lost.
        _exit.SetResult(result == Pid ? ChildExit.FromStatus(status) : new ChildExit(255, null));
    }

    private unsafe void WaitWithoutReaping()
    {
        const int byPid = 1;
        const int exited = 4;
        const int leaveThere = 0x01000000;
        var information = stackalloc byte[128];
        while (Libc.WaitId(byPid, (uint)Pid, information, exited | leaveThere) < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted)
        {
        }
    }
}
