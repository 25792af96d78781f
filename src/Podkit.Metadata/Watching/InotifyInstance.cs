using System.Buffers.Binary;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>An inotify instance and the thread that waits for it. Everything but the thread runs under the owner's lock.</summary>
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

    public InotifyInstance(Lock gate, int file, int stop)
    {
        (_gate, File, _stop) = (gate, file, stop);
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "podkit inotify" }.Start();
    }

    public int File { get; }

    public bool IsEmpty => _listeners.Count == 0;

    public void Add(int watch, IDirectoryListener listener) =>
        _listeners[watch] = _listeners.TryGetValue(watch, out var others) ? [.. others, listener] : [listener];

    /// <summary>Whether the listener was still there.</summary>
    public bool Remove(int watch, IDirectoryListener listener)
    {
        if (!_listeners.TryGetValue(watch, out var all) || Array.IndexOf(all, listener) is var at && at < 0) return false;
        if (all.Length > 1)
        {
            _listeners[watch] = [.. all[..at], .. all[(at + 1)..]];
            return true;
        }

        _listeners.Remove(watch);
        _ = Libc.InotifyRemoveWatch(File, watch);
        return true;
    }

    /// <summary>Ends the thread, which closes the files.</summary>
    public void Stop()
    {
        var one = 1UL;
        _ = Libc.Write(_stop, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        var buffer = stackalloc byte[BufferSize];
        var entries = stackalloc Libc.PollEntry[2];
        entries[0] = new() { File = File, Events = Readable };
        entries[1] = new() { File = _stop, Events = Readable };
        while (true)
        {
            // An interrupted call returns early: there is nothing to read then, and it waits again.
            if (Libc.Poll(entries, 2, -1) <= 0) continue;
            if (entries[1].Returned != 0) break;
            var length = Libc.Read(File, buffer, BufferSize);
            if (length > 0) Dispatch(new ReadOnlySpan<byte>(buffer, (int)length));
        }

        _ = Libc.Close(File);
        _ = Libc.Close(_stop);
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
        foreach (var listener in listeners) listener.Touched();
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
        foreach (var listener in listeners) listener.Lost();
    }
}
