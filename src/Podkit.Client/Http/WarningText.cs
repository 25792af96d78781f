namespace Podkit.Client.Http;

/// <summary>The text of a <c>Warning: 299 - "text"</c> header.</summary>
internal static class WarningText
{
    public static string Of(string header)
    {
        var open = header.IndexOf('"', StringComparison.Ordinal);
        var close = header.LastIndexOf('"');
        return open < 0 || close <= open ? header : header[(open + 1)..close].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }
}
