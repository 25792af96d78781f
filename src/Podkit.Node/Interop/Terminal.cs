using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>A terminal without a screen: a program has one end of it as its own, this process reads and writes the other.</summary>
internal sealed unsafe class Terminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NotOurs = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const nuint SetSize = 0x5414;
    private const int LongestPath = 256;

    private readonly SafeFileHandle _here;
    private readonly SafeFileHandle _there;

    private Terminal(SafeFileHandle here, SafeFileHandle there, string path)
    {
        (_here, _there, Path) = (here, there, path);
        (Output, Input) = (new TerminalStream(here), new TerminalStream(here));
    }

    /// <summary>The program's end, to be opened by it.</summary>
    public string Path { get; }

    /// <summary>What the program writes. It ends once nobody has the other end open.</summary>
    public Stream Output { get; }

    /// <summary>What the program reads. It has no end of its own.</summary>
    public Stream Input { get; }

    /// <summary>Opens one.</summary>
    /// <param name="owner">The user that the program will run as; null is this user.</param>
    /// <exception cref="PosixException">This machine has none to give.</exception>
    public static Terminal Open(long? owner)
    {
        var fd = Libc.OpenTerminal(ReadWrite | NotOurs | NonBlocking | CloseOnExec);
        if (fd < 0) throw PosixException.Last("posix_openpt");
        var here = Pipes.Move(fd);
        SafeFileHandle? there = null;
        try
        {
            var path = Unlock((int)here.DangerousGetHandle());

            // Held open until the program has it: without anybody at the other end, reading here would find the end.
            var other = Libc.Open(path, ReadWrite | NotOurs | CloseOnExec, 0);
            if (other < 0) throw PosixException.Last("open", path);
            there = Pipes.Move(other);
            if (owner is { } user && Posix.IsRoot && user != 0) Pipes.ChangeOwner(there, (uint)user);
            return new Terminal(here, there, path);
        }
        catch
        {
            there?.Dispose();
            here.Dispose();
            throw;
        }
    }

    /// <summary>Closes the program's end here, once the program has its own.</summary>
    public void CloseProgramSide() => _there.Dispose();

    /// <summary>Changes its size; the program is told by a signal.</summary>
    public void Resize(TerminalSize size)
    {
        var sizes = stackalloc ushort[] { size.Rows, size.Columns, 0, 0 };
        var held = false;
        _here.DangerousAddRef(ref held);
        try
        {
            if (Libc.DeviceControl((int)_here.DangerousGetHandle(), SetSize, sizes) != 0) throw PosixException.Last("ioctl", Path);
        }
        finally
        {
            _here.DangerousRelease();
        }
    }

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        _there.Dispose();
        _here.Dispose();
    }

    private static string Unlock(int fd)
    {
        if (Libc.GrantTerminal(fd) != 0 || Libc.UnlockTerminal(fd) != 0) throw PosixException.Last("unlockpt");
        var name = stackalloc byte[LongestPath];
        var error = Libc.TerminalName(fd, name, LongestPath);
        if (error != 0) throw new PosixException("ptsname", "", error);
        var length = new ReadOnlySpan<byte>(name, LongestPath).IndexOf((byte)0);
        return Encoding.UTF8.GetString(name, length);
    }
}
