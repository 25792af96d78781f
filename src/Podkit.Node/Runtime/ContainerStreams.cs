using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>What a program reads and writes: nothing in, two pipes out.</summary>
internal sealed class ContainerStreams : IDisposable
{
    private readonly SafeFileHandle _input;
    private readonly SafeFileHandle _output;
    private readonly SafeFileHandle _error;

    /// <summary>Opens them.</summary>
    /// <param name="owner">The user that the program will run as, so that it may open /dev/stdout; null is this user.</param>
    /// <param name="input">The standard input; null is empty. Taken over.</param>
    public ContainerStreams(long? owner = null, SafeFileHandle? input = null)
    {
        _input = input ?? Pipes.Open("/dev/null", write: false);
        (var output, _output) = Pipes.Create();
        (var error, _error) = Pipes.Create();
        Output = Pipes.Reader(output);
        Error = Pipes.Reader(error);
        if (owner is not { } user || !Posix.IsRoot || user == 0) return;
        if (input is not null) Pipes.ChangeOwner(_input, (uint)user);
        Pipes.ChangeOwner(_output, (uint)user);
        Pipes.ChangeOwner(_error, (uint)user);
    }

    /// <summary>This side of the standard output.</summary>
    public Stream Output { get; }

    /// <summary>This side of the standard error.</summary>
    public Stream Error { get; }

    /// <summary>The program's side.</summary>
    public Dictionary<int, SafeFileHandle> Files => new() { [0] = _input, [1] = _output, [2] = _error };

    /// <summary>Closes the program's side here, once the program has its own.</summary>
    public void CloseProgramSide()
    {
        _input.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    public void Dispose()
    {
        CloseProgramSide();
        Output.Dispose();
        Error.Dispose();
    }
}
