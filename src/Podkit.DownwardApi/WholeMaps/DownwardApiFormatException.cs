namespace Podkit.DownwardApi;

/// <summary>A file of labels or annotations is not in the form that a kubelet writes.</summary>
public sealed class DownwardApiFormatException : FormatException
{
    /// <summary>An error without a place.</summary>
    public DownwardApiFormatException()
    {
    }

    /// <summary>An error without a place.</summary>
    /// <param name="message">What is wrong.</param>
    public DownwardApiFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An error without a place.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What caused it.</param>
    public DownwardApiFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error in one line.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="problem">What is wrong there.</param>
    public DownwardApiFormatException(int line, string problem)
        : base($"line {line}: {problem}") => Line = line;

    /// <summary>The line of the error, from 1; 0 when it has none.</summary>
    public int Line { get; }
}
