using System.Text;

namespace Podkit.Metadata.Logging;

/// <summary>
/// Passes on what a formatter writes, with members put at the beginning of its JSON object. What is no object with members goes on as it is. Nothing is
/// written before the formatter writes: when formatting a line logs another line, that one comes first and whole, as without this.
/// A thread uses its writer again, so a line allocates nothing.
/// </summary>
internal sealed class InsertingWriter : TextWriter
{
    [ThreadStatic]
    private static InsertingWriter? _spare;

    private TextWriter _output = Null;
    private string _members = "";
    private State _state;

    private InsertingWriter()
    {
    }

    private enum State
    {
        Begin,
        BraceSeen,
        Inserted,
    }

    public override Encoding Encoding => _output.Encoding;

    public override IFormatProvider FormatProvider => _output.FormatProvider;

    /// <summary>Begins a line. The writer is given back by disposing it.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="members">Members of a JSON object, without braces.</param>
    public static InsertingWriter Begin(TextWriter output, string members)
    {
        var writer = _spare ?? new InsertingWriter();
        _spare = null; // A line that is logged meanwhile gets another.
        (writer._output, writer._members, writer._state) = (output, members, State.Begin);
        return writer;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (_state != State.Inserted) buffer = Insert(buffer);
        _output.Write(buffer);
    }

    /// <summary>Gives the writer back.</summary>
    protected override void Dispose(bool disposing)
    {
        if (_state == State.BraceSeen) _output.Write('{');
        (_output, _members, _state) = (Null, "", State.Inserted);
        _spare = this;
        base.Dispose(disposing); // Which does nothing.
    }

    /// <summary>What remains to be written.</summary>
    private ReadOnlySpan<char> Insert(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return text;
        if (_state == State.Begin)
        {
            if (text[0] != '{')
            {
                _state = State.Inserted;
                return text;
            }

            _state = State.BraceSeen;
            text = text[1..];
            if (text.IsEmpty) return text;
        }

        _state = State.Inserted;
        _output.Write('{');
        if (text[0] == '}') return text;
        _output.Write(_members);
        _output.Write(',');
        return text;
    }
}
