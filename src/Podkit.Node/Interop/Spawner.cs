using System.Runtime.InteropServices;
using System.Text;

namespace Podkit.Node.Interop;

/// <summary>posix_spawn: starts a program with default signal handling in a millisecond, however much memory this process has.</summary>
internal static unsafe class Spawner
{
    private const int StructureSize = 1024;
    private const short DefaultSignals = 0x04;
    private const short SignalMask = 0x08;
    private const short NewSession = 0x80;

    /// <summary>Starts the program and gives its process id.</summary>
    /// <exception cref="PosixException">It cannot be executed.</exception>
    public static int Start(SpawnRequest request)
    {
        CloseStraysOnExecute();
        var actions = NativeMemory.AllocZeroed(StructureSize);
        var attributes = NativeMemory.AllocZeroed(StructureSize);
        var arguments = Strings(request.Arguments);
        var environment = Strings(request.Environment);
        _ = Libc.SpawnActionsInit(actions);
        _ = Libc.SpawnAttributesInit(attributes);
        try
        {
            SetAttributes(attributes, request.NewSession);
            foreach (var (target, source) in request.Files) Check(Libc.SpawnActionsDuplicate(actions, (int)source.DangerousGetHandle(), target), request.Path);
            if (request.Terminal is { } terminal) AddTerminal(actions, terminal, request.IsControlled);
            if (request.WorkingDirectory is { } directory) Check(Libc.SpawnActionsChangeDirectory(actions, directory), directory);
            int pid;
            Check(Libc.Spawn(&pid, request.Path, actions, attributes, arguments, environment), request.Path);
            return pid;
        }
        finally
        {
            _ = Libc.SpawnActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
            NativeMemory.Free(actions);
            NativeMemory.Free(attributes);
            NativeMemory.Free(arguments);
            NativeMemory.Free(environment);
            foreach (var handle in request.Files.Values) GC.KeepAlive(handle);
        }
    }

    /// <summary>The first terminal that the leader of a new session opens controls the session, unless it says otherwise.</summary>
    private static void AddTerminal(void* actions, string terminal, bool controls)
    {
        const int readWrite = 2;
        const int withoutControl = 0x100;
        Check(Libc.SpawnActionsOpen(actions, 0, terminal, controls ? readWrite : readWrite | withoutControl, 0), terminal);
        Check(Libc.SpawnActionsDuplicate(actions, 0, 1), terminal);
        Check(Libc.SpawnActionsDuplicate(actions, 0, 2), terminal);
    }

    /// <summary>
    /// Files that this process itself inherited from whoever started it are not for what it starts. (Kernels before 5.11 cannot close them like
    /// that: there they stay open.)
    /// </summary>
    private static void CloseStraysOnExecute()
    {
        const int closeRange = 436;
        const int firstStray = 3;
        const int onExecute = 4;
        _ = Libc.SystemCall(closeRange, firstStray, int.MaxValue, onExecute, 0);
    }

    /// <summary>.NET ignores SIGPIPE, and an ignored signal stays ignored in what it starts: everything goes back to its default.</summary>
    private static void SetAttributes(void* attributes, bool newSession)
    {
        var signals = stackalloc byte[StructureSize];
        _ = Libc.SignalsAll(signals);
        _ = Libc.SpawnAttributesDefaultSignals(attributes, signals);
        _ = Libc.SignalsNone(signals);
        _ = Libc.SpawnAttributesSignalMask(attributes, signals);
        var flags = DefaultSignals | SignalMask | (newSession ? NewSession : 0);
        _ = Libc.SpawnAttributesFlags(attributes, (short)flags);
    }

    /// <summary>A null-terminated array of strings in one block: the pointers, then the bytes.</summary>
    private static byte** Strings(IReadOnlyList<string> values)
    {
        var bytes = values.Sum(value => Encoding.UTF8.GetByteCount(value) + 1);
        var pointers = (values.Count + 1) * sizeof(byte*);
        var block = (byte*)NativeMemory.Alloc((nuint)(pointers + bytes));
        var array = (byte**)block;
        var at = block + pointers;
        for (var index = 0; index < values.Count; index++)
        {
            array[index] = at;
            var written = Encoding.UTF8.GetBytes(values[index], new Span<byte>(at, (int)(block + pointers + bytes - at)));
            at[written] = 0;
            at += written + 1;
        }

        array[values.Count] = null;
        return array;
    }

    private static void Check(int error, string path)
    {
        if (error != 0) throw new PosixException("exec", path, error);
    }
}
