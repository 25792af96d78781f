using System.Buffers;

namespace Podkit.DownwardApi;

/// <summary>Text under construction: on the stack while it is short, in a rented array once it grows.</summary>
internal ref struct TextBuffer
{
    private Span<char> chars;
    private char[]? rented;
    private int length;

    public TextBuffer(Span<char> initial) => chars = initial;

    public readonly ReadOnlySpan<char> Text => chars[..length];

    public void Append(char c)
    {
        if (length == chars.Length)
            Grow(1);
        chars[length++] = c;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (text.Length > chars.Length - length)
            Grow(text.Length);
        text.CopyTo(chars[length..]);
        length += text.Length;
    }

    /// <summary>Appends a number as lower-case hexadecimal digits, padded with zeros.</summary>
    public void AppendHex(int value, int digits)
    {
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
            Append("0123456789abcdef"[(value >> shift) & 0xF]);
    }

    public readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(chars.Length * 2, length + more));
        Text.CopyTo(larger);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        chars = rented = larger;
    }
}
