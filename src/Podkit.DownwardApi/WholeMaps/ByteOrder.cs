namespace Podkit.DownwardApi;

/// <summary>
/// Compares strings as their UTF-8 bytes compare, which is how Go sorts them. It differs from the ordinal order where a
/// surrogate pair meets a character from U+E000 on.
/// </summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static ByteOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length
            ? x.Length - y.Length
            : Weight(x[common]) - Weight(y[common]);
    }

    /// <summary>Moves the surrogates, which stand for everything above U+FFFF, behind the rest.</summary>
    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
