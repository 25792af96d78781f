using System.Buffers.Binary;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>
/// An inotify instance and the thread that waits for it. That thread does the work of an event itself, for a second one to be woken would cost more than
/// the work; before it does so it lets another thread wait in its place, so that an app's callback that blocks holds up nobody else.
/// What is not a thread's runs under the owner's lock.
/// </summary>
internal sealed unsafe class InotifyInstance
{
    /// <summary>What is asked of a directory: the swap of <c>..data</c>, changes of plain files, and its own end. Nothing else wakes the thread.</summary>
    public const uint Mask = CloseWrite | MovedTo | Create | Delete | DeleteSelf | MoveSelf | OnlyDirectory;

    private const uint CloseWrite = 0x8;
    private const uint MovedTo = 0x80;
    private const uint Create = 0x100;
    private const uint Delete = 0x200;
    private const uint DeleteSelf = 0x400;
    private const uint MoveSelf = 0x800;
    private const uint Unmounted = 0x2000;
    private const uint Overflow = 0x4000;
    private const uint Ignored = 0x8000;
    private const uint OnlyDirectory = 0x1000000;
    private const int HeaderSize = 16;
    private const int BufferSize = 16 * 1024;
    private const short Readable = 1;

    private readonly Lock _gate;
    private readonly int _stop;
    private readonly Dictionary<int, IDirectoryListener[]> _listeners = [];
    private readonly List<IThreadPoolWorkItem> _work = [];
    private readonly object _spare = new();
    private bool _hasSpare;
    private bool _isItsTurn;
    private bool _ended;

    public InotifyInstance(Lock gate, int file, int stop)
    {
        (_gate, File, _stop) = (gate, file, stop);
        StartThread();
    }

    public int File { get; }

    public bool IsEmpty => _listeners.Count == 0;

    public void Add(int watch, IDirectoryListener listener) =>
        _listeners[watch] = _listeners.TryGetValue(watch, out var others) ? [.. others, listener] : [listener];

    /// <summary>Ends what <see cref="Add"/> began, unless the kernel has done so.</summary>
    public void Remove(int watch, IDirectoryListener listener)
    {
        if (!_listeners.TryGetValue(watch, out var all) || Array.IndexOf(all, listener) is var at && at < 0) return;
        if (all.Length > 1)
        {
            _listeners[watch] = [.. all[..at], .. all[(at + 1)..]];
            return;
        }

        _listeners.Remove(watch);
        _ = Libc.InotifyRemoveWatch(File, watch);
    }

    /// <summary>Ends the thread, which closes the files.</summary>
    public void Stop()
    {
        var one = 1UL;
        _ = Libc.Write(_stop, (byte*)&one, sizeof(ulong));
    }

    private void StartThread() => new Thread(Run) { IsBackground = true, Name = "podkit inotify" }.UnsafeStart();

    private void Run()
    {
        var buffer = stackalloc byte[BufferSize];
        while (WaitForWork(buffer, out var work))
        {
            if (work is null) continue;
            PassOn();
            work.Execute();
            if (!WaitForTurn()) return;
        }

        End();
    }

    /// <summary>Waits for an event. An interrupted call returns early: there is nothing to read then.</summary>
    /// <returns>Whether it goes on.</returns>
    private bool WaitForWork(byte* buffer, out IThreadPoolWorkItem? work)
    {
        work = null;
        var entries = stackalloc Libc.PollEntry[2];
        entries[0] = new() { File = File, Events = Readable };
        entries[1] = new() { File = _stop, Events = Readable };
        if (Libc.Poll(entries, 2, -1) <= 0) return true;
        if (entries[1].Returned != 0) return false;
        var length = Libc.Read(File, buffer, BufferSize);
        if (length <= 0) return true;
        Dispatch(new ReadOnlySpan<byte>(buffer, (int)length));
        if (_work.Count > 0) work = _work[0];
        for (var i = 1; i < _work.Count; i++) ThreadPool.UnsafeQueueUserWorkItem(_work[i], preferLocal: false);
        _work.Clear();
        return true;
    }

    /// <summary>Lets another thread wait for events.</summary>
    private void PassOn()
    {
        lock (_spare)
        {
            if (!_hasSpare)
            {
                StartThread();
                return;
            }

            (_hasSpare, _isItsTurn) = (false, true);
            Monitor.Pulse(_spare);
        }
    }

    /// <summary>Waits as the spare thread.</summary>
    /// <returns>Whether it is this thread's turn; otherwise it is not needed any more.</returns>
    private bool WaitForTurn()
    {
        lock (_spare)
        {
            // A thread that has been called and is not awake yet is one that waits for events.
            if (_ended || _hasSpare || _isItsTurn) return false;
            _hasSpare = true;
            while (!_isItsTurn && !_ended) Monitor.Wait(_spare);
            _isItsTurn = false;
            return !_ended;
        }
    }

    private void End()
    {
        lock (_spare)
        {
            _ended = true;
            Monitor.Pulse(_spare);
        }

        lock (_gate)
        {
            _ = Libc.Close(File);
            _ = Libc.Close(_stop);
        }
    }

    private void Dispatch(ReadOnlySpan<byte> events)
    {
        lock (_gate)
        {
            while (events.Length >= HeaderSize)
            {
                var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
                var mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
                var nameLength = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
                var name = events.Slice(HeaderSize, nameLength);
                events = events[(HeaderSize + nameLength)..];
                if ((mask & Overflow) != 0) TellAll();
                else if ((mask & (DeleteSelf | MoveSelf | Unmounted | Ignored)) != 0) Lose(watch, (mask & Ignored) != 0);
                else if (Matters(name)) Tell(watch);
            }
        }
    }

    /// <summary>Names that begin with <c>..</c> are the writer's own, but for the link that it swaps.</summary>
    private static bool Matters(ReadOnlySpan<byte> name) => !name.StartsWith(".."u8) || name.TrimEnd((byte)0).SequenceEqual("..data"u8);

    private void Tell(int watch)
    {
        if (!_listeners.TryGetValue(watch, out var listeners)) return;
        foreach (var listener in listeners) Note(listener.Touched());
    }

    private void Note(IThreadPoolWorkItem? work)
    {
        if (work is not null) _work.Add(work);
    }

    private void TellAll()
    {
        foreach (var watch in _listeners.Keys) Tell(watch);
    }

    /// <summary>Tells that a watch says nothing about its path any more. The listeners end it, unless the kernel has done so.</summary>
    private void Lose(int watch, bool removed)
    {
        if (!_listeners.TryGetValue(watch, out var listeners)) return;
        if (removed) _listeners.Remove(watch);
        foreach (var listener in listeners) Note(listener.Lost());
    }
}
