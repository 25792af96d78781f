using System.Text;

namespace Podkit.Metadata.Serilog;

/// <summary>
/// A line that another formatter writes as a JSON object, with members put before its own. They are written first, and the object's opening brace
/// becomes a comma afterwards: nothing is copied, and nothing allocated.
/// </summary>
internal ref struct JsonLine
{
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static StringWriter? _spare;

    private readonly TextWriter _output;
    private readonly StringWriter _writer;
    private readonly int _start;
    private readonly int _brace;
    private bool _isEnded;

    private JsonLine(TextWriter output, string members)
    {
        _output = output;
        _writer = output as StringWriter ?? TakeSpare();
        var text = _writer.GetStringBuilder();
        _start = text.Length;
        text.Append('{').Append(members);
        _brace = text.Length;
    }

    /// <summary>Where the other formatter writes.</summary>
    public readonly TextWriter Writer => _writer;

    /// <summary>Begins a line.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="members">Members of a JSON object, without braces.</param>
    public static JsonLine Begin(TextWriter output, string members) => new(output, members);

    /// <summary>Ends the line. What is no object with members stays as the formatter has written it.</summary>
    public void End()
    {
        var text = _writer.GetStringBuilder();
        // Whoever shares the writer may have taken what was in it.
        if (text.Length > _brace + 2 && text[_brace] == '{' && text[_brace + 1] != '}') text[_brace] = ',';
        else if (text.Length >= _brace) text.Remove(_start, _brace - _start);
        _isEnded = true;
        if (ReferenceEquals(_writer, _output)) return;
        foreach (var chunk in text.GetChunks()) _output.Write(chunk.Span);
    }

    /// <summary>Of a line that has not ended, since its formatter has failed, nothing is left.</summary>
    public readonly void Dispose()
    {
        var text = _writer.GetStringBuilder();
        if (!_isEnded && text.Length > _start) text.Length = _start;
        if (ReferenceEquals(_writer, _output)) return;
        if (text.Capacity > MostKept)
        {
            _writer.Dispose();
            return;
        }

        text.Clear();
        _spare = _writer;
    }

    /// <summary>A writer of this thread. Formatting that logs itself gets another.</summary>
    private static StringWriter TakeSpare()
    {
        var writer = _spare ?? new StringWriter(new StringBuilder(1024));
        _spare = null;
        return writer;
    }
}
