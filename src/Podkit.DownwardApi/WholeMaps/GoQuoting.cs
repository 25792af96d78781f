using System.Buffers;
using System.Globalization;
using System.Text;

namespace Podkit.DownwardApi;

/// <summary>
/// Double-quoted strings as Go's <c>strconv.Quote</c> writes and <c>strconv.Unquote</c> reads them. A lone surrogate, which a
/// .NET string may hold and UTF-8 may not, is written as the three bytes it would have, so that it is read back as itself.
/// </summary>
internal static class GoQuoting
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static string Quote(string text)
    {
        var buffer = new TextBuffer(stackalloc char[256]);
        Write(text, ref buffer);
        var quoted = buffer.Text.ToString();
        buffer.Dispose();
        return quoted;
    }

    public static void Write(ReadOnlySpan<char> text, ref TextBuffer buffer)
    {
        buffer.Append('"');
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
                plain = text.Length;
            buffer.Append(text[..plain]);
            text = text[plain..];
            if (!text.IsEmpty)
                text = text[WriteFirst(text, ref buffer)..];
        }
        buffer.Append('"');
    }

    /// <summary>Reads what stands between the quotes; tells why when it cannot.</summary>
    public static bool TryRead(ReadOnlySpan<char> quoted, out string text, out string error)
    {
        error = "";
        var special = quoted.IndexOfAny('\\', '"');
        if (special < 0)
        {
            text = quoted.ToString();
            return true;
        }
        var buffer = new TextBuffer(stackalloc char[256]);
        buffer.Append(quoted[..special]);
        var read = TryReadEscaped(quoted[special..], ref buffer, out error);
        text = read ? buffer.Text.ToString() : "";
        buffer.Dispose();
        return read;
    }

    /// <summary>Writes the first character and says how long it was.</summary>
    private static int WriteFirst(ReadOnlySpan<char> text, ref TextBuffer buffer)
    {
        var c = text[0];
        if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done)
        {
            WriteByte(0xE0 | (c >> 12), ref buffer);
            WriteByte(0x80 | ((c >> 6) & 0x3F), ref buffer);
            WriteByte(0x80 | (c & 0x3F), ref buffer);
        }
        else if (ShortEscape(c) is { } letter)
        {
            buffer.Append('\\');
            buffer.Append(letter);
        }
        else if (GoPrintable.Contains(rune.Value))
        {
            buffer.Append(text[..length]);
        }
        else if (rune.Value is < ' ' or 0x7F)
        {
            WriteByte(rune.Value, ref buffer);
        }
        else
        {
            var digits = rune.IsBmp ? 4 : 8;
            buffer.Append(rune.IsBmp ? "\\u" : "\\U");
            buffer.AppendHex(rune.Value, digits);
        }
        return length;
    }

    private static void WriteByte(int value, ref TextBuffer buffer)
    {
        buffer.Append("\\x");
        buffer.AppendHex(value, 2);
    }

    private static char? ShortEscape(char c) => c switch
    {
        '\a' => 'a',
        '\b' => 'b',
        '\f' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\v' => 'v',
        '\\' or '"' => c,
        _ => null,
    };

    private static bool TryReadEscaped(ReadOnlySpan<char> rest, ref TextBuffer buffer, out string error)
    {
        error = "";
        while (!rest.IsEmpty)
        {
            if (rest[0] == '"')
            {
                error = "a quote inside the value is not escaped";
                return false;
            }
            if (rest[0] != '\\')
            {
                var next = rest.IndexOfAny('\\', '"');
                next = next < 0 ? rest.Length : next;
                buffer.Append(rest[..next]);
                rest = rest[next..];
                continue;
            }
            var length = ReadEscape(rest, ref buffer);
            if (length == 0)
            {
                error = $"{rest[..Math.Min(rest.Length, EscapeLength(rest))]} is no escape sequence of Go";
                return false;
            }
            rest = rest[length..];
        }
        return true;
    }

    /// <summary>Reads the escape sequence at the start (of bytes: all that follow each other) and says how long it was; 0 when it is none.</summary>
    private static int ReadEscape(ReadOnlySpan<char> text, ref TextBuffer buffer)
    {
        if (text.Length < 2)
            return 0;
        switch (text[1])
        {
            case 'x' or (>= '0' and <= '7'):
                return ReadBytes(text, ref buffer);
            case 'u' or 'U':
                var length = EscapeLength(text);
                if (!TryReadNumber(text, length, out var value) || !Rune.TryCreate(value, out var rune))
                    return 0;
                Span<char> utf16 = stackalloc char[2];
                buffer.Append(utf16[..rune.EncodeToUtf16(utf16)]);
                return length;
            default:
                if (LongForm(text[1]) is not { } c)
                    return 0;
                buffer.Append(c);
                return 2;
        }
    }

    private static char? LongForm(char letter) => letter switch
    {
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        '\\' or '"' => letter,
        _ => null,
    };

    private static int EscapeLength(ReadOnlySpan<char> text) => text.Length < 2 ? 1 : text[1] switch
    {
        'x' or (>= '0' and <= '7') => 4,
        'u' => 6,
        'U' => 10,
        _ => 2,
    };

    /// <summary>Reads the number of <c>\xHH</c>, <c>\ooo</c>, <c>\uHHHH</c> or <c>\UHHHHHHHH</c>.</summary>
    private static bool TryReadNumber(ReadOnlySpan<char> text, int length, out int value)
    {
        value = 0;
        if (text.Length < length)
            return false;
        if (text[1] is >= '0' and <= '7')
        {
            foreach (var digit in text[1..length])
            {
                if (digit is < '0' or > '7')
                    return false;
                value = (value * 8) + digit - '0';
            }
            return value <= 0xFF;
        }
        return int.TryParse(text[2..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
    }

    /// <summary>Reads byte escapes as long as they follow each other, since only together they may make a character.</summary>
    private static int ReadBytes(ReadOnlySpan<char> text, ref TextBuffer buffer)
    {
        var bytes = ArrayPool<byte>.Shared.Rent((text.Length / 4) + 1);
        var count = 0;
        var at = 0;
        while (at + 1 < text.Length && text[at] == '\\' && text[at + 1] is 'x' or (>= '0' and <= '7')
            && TryReadNumber(text[at..], 4, out var value))
        {
            bytes[count++] = (byte)value;
            at += 4;
        }
        Decode(bytes.AsSpan(0, count), ref buffer);
        ArrayPool<byte>.Shared.Return(bytes);
        return at;
    }

    private static void Decode(ReadOnlySpan<byte> utf8, ref TextBuffer buffer)
    {
        Span<char> utf16 = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            if (utf8 is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..])
            {
                buffer.Append((char)(0xD000 | ((utf8[1] & 0x3F) << 6) | (utf8[2] & 0x3F)));
                utf8 = utf8[3..];
                continue;
            }
            // What is no UTF-8 becomes U+FFFD: a string of .NET cannot hold it.
            Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            buffer.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            utf8 = utf8[length..];
        }
    }
}
