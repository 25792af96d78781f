using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>What a command that is run beside a container reads and writes: pipes, or a terminal.</summary>
internal sealed class ExecFiles : IDisposable
{
    private const string DefaultTerm = "TERM=xterm";

    private readonly ContainerStreams? _pipes;
    private readonly Terminal? _terminal;

    private ExecFiles(ContainerStreams pipes, Stream? input) => (_pipes, Input) = (pipes, input);

    private ExecFiles(Terminal terminal, bool input) => (_terminal, Input) = (terminal, input ? terminal.Stream : null);

    /// <summary>Where the command's input is written; null when it has none. Owned by this object.</summary>
    public Stream? Input { get; }

    public Stream Output => _terminal?.Stream ?? _pipes!.Output;

    /// <summary>Null with a terminal.</summary>
    public Stream? Error => _pipes?.Error;

    /// <summary>Opens them.</summary>
    /// <exception cref="ContainerStartException">There is no terminal to be had.</exception>
    public static ExecFiles Open(ContainerExec exec, long? owner)
    {
        if (!exec.Terminal) return OpenPipes(exec.StandardInput is not null, owner);
        try
        {
            return new ExecFiles(Terminal.Open(owner), exec.StandardInput is not null);
        }
        catch (PosixException failure)
        {
            throw new ContainerStartException("StartError", $"this machine gives no terminal (tty): {failure.Message}");
        }
    }

    /// <summary>The program with these as its standard files.</summary>
    public SpawnRequest AddTo(SpawnRequest request)
    {
        if (_terminal is not null)
            return request with { Terminal = _terminal.Path, Environment = request.Environment.Any(line => line.StartsWith("TERM=", StringComparison.Ordinal)) ? request.Environment : [.. request.Environment, DefaultTerm] };
        var files = new Dictionary<int, SafeFileHandle>(_pipes!.Files);
        foreach (var (number, file) in request.Files) files[number] = file;
        return request with { Files = files };
    }

    /// <summary>Closes the program's side here, once the program has its own.</summary>
    public void CloseProgramSide()
    {
        _pipes?.CloseProgramSide();
        _terminal?.CloseProgramSide();
    }

    public void Resize(TerminalSize size) => _terminal?.Resize(size);

    public void Dispose()
    {
        Input?.Dispose();
        _pipes?.Dispose();
        _terminal?.Dispose();
    }

    private static ExecFiles OpenPipes(bool withInput, long? owner)
    {
        if (!withInput) return new ExecFiles(new ContainerStreams(owner), null);
        var (input, feed) = Pipes.Create();
        return new ExecFiles(new ContainerStreams(owner, input), Pipes.Writer(feed));
    }
}
