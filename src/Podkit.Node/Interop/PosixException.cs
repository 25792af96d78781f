using System.Runtime.InteropServices;

namespace Podkit.Node.Interop;

/// <summary>A system call that failed, in the words of the C library: <c>open /x: No space left on device</c>.</summary>
/// <param name="operation">What was called.</param>
/// <param name="path">On what, or empty.</param>
/// <param name="errno">The error number.</param>
internal sealed class PosixException(string operation, string path, int errno)
    : IOException($"{operation}{(path.Length > 0 ? " " : "")}{path}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>The error number, one of <see cref="Interop.Errno"/>.</summary>
    public int Errno => errno;

    /// <summary>Whether there is no room: a full disk, no inodes left, a quota used up.</summary>
    public bool IsFull => errno is Interop.Errno.NoSpace or Interop.Errno.Quota;

    /// <summary>Whether this user may not do that.</summary>
    public bool IsDenied => errno is Interop.Errno.NotPermitted or Interop.Errno.Access or Interop.Errno.ReadOnlyFileSystem;

    /// <summary>The error that the last call left behind.</summary>
    public static PosixException Last(string operation, string path = "") => new(operation, path, Marshal.GetLastPInvokeError());
}
