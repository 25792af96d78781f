namespace Podkit.Bench;

/// <summary>A logger that writes lines of one kind.</summary>
internal interface ILines
{
    /// <summary>How long the last line was.</summary>
    int BytesWritten { get; }

    /// <summary>Writes a line, to its end in the file.</summary>
    void Write(int number);
}
