using System.Globalization;
using System.Text;

namespace Podkit.ApiServer.Serialization;

/// <summary>Finds the first syntax error of a JSON text and words it as Go's <c>encoding/json</c> does.</summary>
internal ref struct GoJson
{
    private const int MaxDepth = 10_000;
    private readonly ReadOnlySpan<byte> text;
    private int at;
    private string? error;

    private GoJson(ReadOnlySpan<byte> text) => this.text = text;

    /// <summary>The error, or null when the text is one JSON value.</summary>
    public static string? Check(ReadOnlySpan<byte> text)
    {
        var scan = new GoJson(text);
        scan.Value(0);
        if (scan.error is not null) return scan.error;
        scan.Space();
        return scan.at == text.Length ? null : scan.Unexpected("after top-level value");
    }

    private void Space()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') at++;
    }

    private void Value(int depth)
    {
        Space();
        if (depth > MaxDepth) error = "exceeded max depth";
        else if (at == text.Length) error = "unexpected end of JSON input";
        else if (text[at] == '{') Object(depth);
        else if (text[at] == '[') Array(depth);
        else if (text[at] == '"') String();
        else if (text[at] is (byte)'-' or >= (byte)'0' and <= (byte)'9') Number();
        else if (text[at] == 't') Literal("true");
        else if (text[at] == 'f') Literal("false");
        else if (text[at] == 'n') Literal("null");
        else Fail("looking for beginning of value");
    }

    private void Object(int depth)
    {
        at++;
        for (var first = true; ; first = false)
        {
            if (!Next()) return;
            if (text[at] == '}' && first) break;
            if (text[at] != '"')
            {
                Fail("looking for beginning of object key string");
                return;
            }

            String();
            if (error is not null || !Next()) return;
            if (text[at] != ':')
            {
                Fail("after object key");
                return;
            }

            at++;
            Value(depth + 1);
            if (error is not null || !Next()) return;
            if (text[at] == '}') break;
            if (text[at] != ',')
            {
                Fail("after object key:value pair");
                return;
            }

            at++;
        }

        at++;
    }

    private void Array(int depth)
    {
        at++;
        if (!Next()) return;
        if (text[at] == ']')
        {
            at++;
            return;
        }

        while (true)
        {
            Value(depth + 1);
            if (error is not null || !Next()) return;
            if (text[at] == ']') break;
            if (text[at] != ',')
            {
                Fail("after array element");
                return;
            }

            at++;
        }

        at++;
    }

    private void String()
    {
        for (at++; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at++;
                    return;
                case < 0x20:
                    Fail("in string literal");
                    return;
                case (byte)'\\':
                    if (!Escape()) return;
                    break;
            }
        }

        error = "unexpected end of JSON input";
    }

    private bool Escape()
    {
        if (++at == text.Length) return End();
        if ("bfnrt\\/\""u8.Contains(text[at])) return true;
        if (text[at] != 'u') return Fail("in string escape code");
        for (var i = 0; i < 4; i++)
        {
            if (++at == text.Length) return End();
            if (!char.IsAsciiHexDigit((char)text[at])) return Fail("in \\u hexadecimal character escape");
        }

        return true;
    }

    private void Number()
    {
        if (text[at] == '-' && (++at == text.Length || !char.IsAsciiDigit((char)text[at])))
        {
            _ = at == text.Length ? End() : Fail("in numeric literal");
            return;
        }

        if (text[at] == '0') at++;
        else Digits();
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (!Digit("after decimal point in numeric literal")) return;
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
            Digit("in exponent of numeric literal");
        }
    }

    private bool Digit(string context)
    {
        if (at == text.Length) return End();
        if (!char.IsAsciiDigit((char)text[at])) return Fail(context);
        Digits();
        return true;
    }

    private void Digits()
    {
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
    }

    private void Literal(string literal)
    {
        for (var i = 0; i < literal.Length; i++, at++)
        {
            if (at == text.Length)
            {
                End();
                return;
            }

            if (text[at] == literal[i]) continue;
            Fail($"in literal {literal} (expecting '{literal[i]}')");
            return;
        }
    }

    private bool Next()
    {
        Space();
        return at < text.Length || End();
    }

    private bool End()
    {
        error = "unexpected end of JSON input";
        return false;
    }

    private bool Fail(string context)
    {
        error = Unexpected(context);
        return false;
    }

    private readonly string Unexpected(string context) => $"invalid character {Quote(text[at])} {context}";

    /// <summary>A byte as Go quotes a character; Go looks at bytes here, not at runes.</summary>
    private static string Quote(byte c) => c switch
    {
        (byte)'\'' => "'\\''",
        (byte)'"' => "'\"'",
        (byte)'\\' => "'\\\\'",
        (byte)'\n' => "'\\n'",
        (byte)'\r' => "'\\r'",
        (byte)'\t' => "'\\t'",
        >= 0x20 and < 0x7f => $"'{(char)c}'",
        < 0x20 or 0x7f => string.Create(CultureInfo.InvariantCulture, $"'\\x{c:x2}'"),
        >= 0x80 and < 0xa0 or 0xad => string.Create(CultureInfo.InvariantCulture, $"'\\u00{c:x2}'"),
        _ => $"'{Encoding.Latin1.GetString([c])}'",
    };
}
