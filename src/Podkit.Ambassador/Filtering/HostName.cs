namespace Podkit.Ambassador.Filtering;

/// <summary>The host of a Host header, without its port; IPv6 addresses keep their brackets.</summary>
internal static class HostName
{
    public static string Of(string header)
    {
        var host = header;
        if (header.StartsWith('['))
        {
            var end = header.IndexOf(']', StringComparison.Ordinal);
            if (end >= 0 && (end + 1 == header.Length || IsPort(header.AsSpan(end + 1)))) host = header[..(end + 1)];
        }
        else
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && IsPort(header.AsSpan(colon))) host = header[..colon];
        }

        return host.ToLowerInvariant();
    }

    private static bool IsPort(ReadOnlySpan<char> text) => text.Length > 1 && text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9');
}
