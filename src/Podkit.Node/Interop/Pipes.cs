using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>Pipes and files in memory to hand to other programs.</summary>
internal static unsafe class Pipes
{
    private const int CloseOnExec = 0x80000;
    private const uint MemoryCloseOnExec = 1;
    private const int DuplicateCloseOnExec = 1030;
    private const int SetPipeSize = 1031;

    /// <summary>Descriptors that are handed over lie above all numbers under which a program sees them.</summary>
    private const int FirstFree = 64;

    /// <summary>A pipe, the reading end first. Neither end is inherited unless it is handed over.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) Create()
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, CloseOnExec) != 0) throw PosixException.Last("pipe");
        return (Move(ends[0]), Move(ends[1]));
    }

    /// <summary>A pipe that holds one write at a time: it is writable again once the reader took it.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) CreateSingle()
    {
        var pipe = Create();
        if (Libc.Control((int)pipe.Write.DangerousGetHandle(), SetPipeSize, 1) < 0) throw PosixException.Last("fcntl");
        return pipe;
    }

    /// <summary>A file in memory that holds these strings, each ended by a NUL, to be read from its start.</summary>
    public static SafeFileHandle Strings(IEnumerable<string> values)
    {
        var fd = Libc.MemoryFile("podkit", MemoryCloseOnExec);
        if (fd < 0) throw PosixException.Last("memfd_create");
        var file = Move(fd);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(values.Select(value => value + '\0')));
        Posix.WriteAll((int)file.DangerousGetHandle(), bytes, "arguments");
        if (Libc.Seek((int)file.DangerousGetHandle(), 0, 0) != 0) throw PosixException.Last("lseek");
        return file;
    }

    /// <summary>The reading end of a pipe as a stream whose pending reads hold no thread. It takes the handle over.</summary>
    public static Stream Reader(SafeFileHandle read) => new AnonymousPipeClientStream(PipeDirection.In, Take(read));

    /// <summary>The writing end of a pipe as a stream. It takes the handle over.</summary>
    public static Stream Writer(SafeFileHandle write) => new AnonymousPipeClientStream(PipeDirection.Out, Take(write));

    /// <summary>Gives an end of a pipe to a user, so that the user's program may open it again as /dev/stdout.</summary>
    public static void ChangeOwner(SafeFileHandle end, uint uid)
    {
        if (Libc.ChangeOwner((int)end.DangerousGetHandle(), uid, uint.MaxValue) != 0) throw PosixException.Last("fchown");
    }

    /// <summary>Opens a file for a program to read or write.</summary>
    public static SafeFileHandle Open(string path, bool write)
    {
        var fd = Libc.Open(path, (write ? 1 : 0) | CloseOnExec, 0);
        return fd < 0 ? throw PosixException.Last("open", path) : Move(fd);
    }

    private static SafePipeHandle Take(SafeFileHandle handle)
    {
        var taken = new SafePipeHandle(handle.DangerousGetHandle(), ownsHandle: true);
        handle.SetHandleAsInvalid();
        return taken;
    }

    /// <summary>Takes an open file over, under a number above all those under which a program sees its own.</summary>
    public static SafeFileHandle Move(int fd)
    {
        var moved = Libc.Control(fd, DuplicateCloseOnExec, FirstFree);
        if (moved < 0)
        {
            var failure = PosixException.Last("fcntl");
            _ = Libc.Close(fd);
            throw failure;
        }

        _ = Libc.Close(fd);
        return new SafeFileHandle(moved, ownsHandle: true);
    }
}
