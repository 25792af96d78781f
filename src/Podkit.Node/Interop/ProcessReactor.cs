using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>
/// The one thread that starts programs and waits for them and for files to be ready. It lives as long as this process: a program that asks
/// to die with its parent (PR_SET_PDEATHSIG) dies when the thread that started it ends, so no thread of the pool may start one.
/// </summary>
internal sealed class ProcessReactor
{
    public const short Readable = 1;
    public const short Writable = 4;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private static readonly Lazy<ProcessReactor> Shared = new(() => new ProcessReactor());

    private readonly ConcurrentQueue<Action> _work = new();
    private readonly List<Watch> _watches = [];
    private readonly int _wake;

    private ProcessReactor()
    {
        _wake = Libc.EventFile(0, CloseOnExec | NonBlocking);
        if (_wake < 0) throw PosixException.Last("eventfd");
        new Thread(Run) { IsBackground = true, Name = "podkit processes" }.Start();
    }

    /// <summary>The reactor of this process.</summary>
    public static ProcessReactor Instance => Shared.Value;

    /// <summary>Starts a program.</summary>
    /// <exception cref="PosixException">It cannot be executed.</exception>
    public Task<ChildProcess> SpawnAsync(SpawnRequest request)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                var child = new ChildProcess(Spawner.Start(request));
                child.Watch(this);
                started.SetResult(child);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    /// <summary>Waits until a file is ready; gives what it is ready for, as poll does.</summary>
    public async Task<short> WhenReadyAsync(SafeFileHandle file, short events, CancellationToken cancellationToken = default)
    {
        var ready = new TaskCompletionSource<short>(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = false;
        file.DangerousAddRef(ref held);
        var watch = new Watch((int)file.DangerousGetHandle(), events, returned =>
        {
            file.DangerousRelease();
            ready.SetResult(returned);
        });
        Post(() => _watches.Add(watch));
        using var cancelled = cancellationToken.UnsafeRegister(_ => Post(() => Forget(watch, file, ready)), null);
        return await ready.Task.ConfigureAwait(false);
    }

    /// <summary>Calls back once on this thread when the file is ready. Only from this thread.</summary>
    internal void Add(int file, short events, Action<short> callback) => _watches.Add(new Watch(file, events, callback));

    private void Forget(Watch watch, SafeFileHandle file, TaskCompletionSource<short> ready)
    {
        if (!_watches.Remove(watch)) return;
        file.DangerousRelease();
        ready.SetCanceled();
    }

    private unsafe void Post(Action action)
    {
        _work.Enqueue(action);
        var one = 1ul;
        _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        var entries = new Libc.PollEntry[16];
        while (true)
        {
            while (_work.TryDequeue(out var action)) action();
            if (entries.Length < _watches.Count + 1) Array.Resize(ref entries, Math.Max(entries.Length * 2, _watches.Count + 1));
            entries[0] = new Libc.PollEntry { File = _wake, Events = Readable };
            for (var index = 0; index < _watches.Count; index++) entries[index + 1] = new Libc.PollEntry { File = _watches[index].File, Events = _watches[index].Events };
            Wait(entries, _watches.Count + 1);
        }
    }

    private unsafe void Wait(Libc.PollEntry[] entries, int count)
    {
        int ready;
        fixed (Libc.PollEntry* start = entries) ready = Libc.Poll(start, (nuint)count, -1);
        if (ready <= 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (ready < 0 && errno != Errno.Interrupted) throw new PosixException("poll", "", errno);
            return;
        }

        if (entries[0].Returned != 0)
        {
            ulong times;
            _ = Libc.Read(entries[0].File, (byte*)&times, sizeof(ulong));
        }

        for (var index = count - 1; index > 0; index--)
        {
            if (entries[index].Returned == 0) continue;
            var watch = _watches[index - 1];
            _watches.RemoveAt(index - 1);
            watch.Callback(entries[index].Returned);
        }
    }

    private readonly record struct Watch(int File, short Events, Action<short> Callback);
}
