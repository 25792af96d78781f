namespace Podkit.Model.Yaml;

/// <summary>A manifest could not be read: not YAML, not JSON, a key set twice, or larger than it may be.</summary>
public sealed class YamlFormatException : FormatException
{
    /// <summary>An error at a place in a file.</summary>
    /// <param name="file">The file's name as the user gave it.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    /// <param name="reason">What is wrong.</param>
    public YamlFormatException(string file, long line, long column, string reason)
        : base($"{file}:{line}:{column}: {reason}")
    {
        File = file;
        Line = line;
        Reason = reason;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }
}
