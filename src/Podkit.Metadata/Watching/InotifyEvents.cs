using System.Runtime.InteropServices;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>
/// Directory events by inotify: one instance and one thread for all volumes of the process, for as long as there is a watch. The kernel allows a
/// user few instances (128) and many watches, and gives one watch for a directory however often it is asked; so watches are counted.
/// </summary>
internal sealed unsafe class InotifyEvents : IDirectoryEvents
{
    private const int NotFound = 2;
    private const int NotADirectory = 20;
    private const int TooManyOfUser = 24;
    private const int NoSpace = 28;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private readonly Lock _gate = new();
    private InotifyInstance? _instance;

    /// <summary>The process's own.</summary>
    public static InotifyEvents Shared { get; } = new();

    /// <inheritdoc/>
    public IDisposable? TryWatch(string directory, IDirectoryListener listener, out string problem)
    {
        lock (_gate)
        {
            var instance = _instance ?? Open(out problem);
            if (instance is null)
            {
                problem = Explain(Marshal.GetLastPInvokeError(), "max_user_instances");
                return null;
            }

            var watch = Libc.InotifyAddWatch(instance.File, directory, InotifyInstance.Mask);
            var error = Marshal.GetLastPInvokeError();
            if (watch >= 0)
            {
                problem = "";
                _instance = instance;
                instance.Add(watch, listener);
                return new Registration(this, instance, watch, listener);
            }

            if (_instance is null) instance.Stop();
            problem = error is NotFound or NotADirectory ? "" : Explain(error, "max_user_watches");
            return null;
        }
    }

    private InotifyInstance? Open(out string problem)
    {
        problem = "";
        var file = Libc.InotifyInit(CloseOnExec | NonBlocking);
        if (file < 0) return null;
        var stop = Libc.EventFile(0, CloseOnExec | NonBlocking);
        if (stop >= 0) return new InotifyInstance(_gate, file, stop);
        var error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(file);
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    private void Remove(InotifyInstance instance, int watch, IDirectoryListener listener)
    {
        lock (_gate)
        {
            instance.Remove(watch, listener);
            if (!instance.IsEmpty || _instance != instance) return;
            _instance = null;
            instance.Stop();
        }
    }

    private static string Explain(int error, string limit) => error is TooManyOfUser or NoSpace
        ? $"inotify is exhausted: raise fs.inotify.{limit} on the node"
        : $"inotify cannot be used: {Marshal.GetPInvokeErrorMessage(error)}";

    private sealed class Registration(InotifyEvents owner, InotifyInstance instance, int watch, IDirectoryListener listener) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) owner.Remove(instance, watch, listener);
        }
    }
}
