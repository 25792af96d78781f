using System.Text.Json;

namespace Podkit.Client.Errors;

/// <summary>Where a document is wrong, without any of its content: a parser's own message may quote it.</summary>
internal static class SafeJsonError
{
    public static string Describe(JsonException e) =>
        e.LineNumber is { } line ? $"not valid at line {line + 1}, byte {e.BytePositionInLine + 1}{(string.IsNullOrEmpty(e.Path) ? "" : $", path {e.Path}")}" : "not the expected shape";
}
