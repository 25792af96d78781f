using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>What a program reads and writes: nothing or a pipe in, two pipes out; or a terminal for all of it.</summary>
internal sealed class ContainerStreams : IDisposable
{
    private readonly Dictionary<int, SafeFileHandle> _files = [];
    private readonly Terminal? _terminal;

    private ContainerStreams(Terminal terminal, bool withInput)
    {
        _terminal = terminal;
        (Input, Output, Error) = (withInput ? terminal.Input : null, terminal.Output, Stream.Null);
    }

    private ContainerStreams(long? owner, bool withInput)
    {
        if (withInput)
        {
            (_files[0], var input) = Pipes.Create();
            Input = Pipes.Writer(input);
        }
        else
        {
            _files[0] = Pipes.Open("/dev/null", write: false);
        }

        (var output, _files[1]) = Pipes.Create();
        (var error, _files[2]) = Pipes.Create();
        Output = Pipes.Reader(output);
        Error = Pipes.Reader(error);
        if (owner is not { } user || !Posix.IsRoot || user == 0) return;
        foreach (var (number, file) in _files)
        {
            if (number > 0 || withInput) Pipes.ChangeOwner(file, (uint)user);
        }
    }

    /// <summary>Where the standard input is written; null when the program finds it empty.</summary>
    public Stream? Input { get; }

    /// <summary>This side of the standard output.</summary>
    public Stream Output { get; }

    /// <summary>This side of the standard error; empty with a terminal, where it is the output.</summary>
    public Stream Error { get; }

    /// <summary>Opens them.</summary>
    /// <param name="owner">The user that the program will run as, so that it may open /dev/stdout; null is this user.</param>
    /// <param name="withInput">Whether the program has an input.</param>
    /// <param name="terminal">Whether it has a terminal.</param>
    /// <exception cref="ContainerStartException">There is no terminal to be had.</exception>
    public static ContainerStreams Open(long? owner = null, bool withInput = false, bool terminal = false)
    {
        if (!terminal) return new ContainerStreams(owner, withInput);
        try
        {
            return new ContainerStreams(Terminal.Open(owner), withInput);
        }
        catch (PosixException failure)
        {
            throw new ContainerStartException("StartError", $"this machine gives no terminal (tty): {failure.Message}");
        }
    }

    /// <summary>The program with these as its standard files.</summary>
    public SpawnRequest AddTo(SpawnRequest request)
    {
        if (_terminal is not null) return request with { Terminal = _terminal.Path };
        var files = new Dictionary<int, SafeFileHandle>(_files);
        foreach (var (number, file) in request.Files) files[number] = file;
        return request with { Files = files };
    }

    /// <summary>Closes the program's side here, once the program has its own.</summary>
    public void CloseProgramSide()
    {
        foreach (var file in _files.Values) file.Dispose();
        _terminal?.CloseProgramSide();
    }

    /// <summary>Changes the terminal's size, if there is one.</summary>
    public void Resize(TerminalSize size) => _terminal?.Resize(size);

    public void Dispose()
    {
        CloseProgramSide();
        Input?.Dispose();
        Output.Dispose();
        Error.Dispose();
        _terminal?.Dispose();
    }
}
