using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>A program to start.</summary>
internal sealed record SpawnRequest
{
    /// <summary>The program's absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Its arguments, its own name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment as NAME=VALUE.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The directory it starts in; null is the caller's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The open files it gets, by the number under which it sees them. Anything else is closed to it; 0, 1 and 2 should be given.</summary>
    public required IReadOnlyDictionary<int, SafeFileHandle> Files { get; init; }

    /// <summary>The terminal that is its standard input, output and error, in place of <see cref="Files"/> 0, 1 and 2; null is none.</summary>
    public string? Terminal { get; init; }

    /// <summary>Whether the terminal controls its session: Ctrl-C there interrupts it.</summary>
    public bool IsControlled { get; init; } = true;

    /// <summary>Whether it leads a session of its own, out of reach of the terminal's Ctrl-C.</summary>
    public bool NewSession { get; init; } = true;
}
