namespace Podkit.DownwardApi;

/// <summary>The paths of files in a volume: what is allowed, and what two spellings of one file have in common.</summary>
public static class VolumePaths
{
    private const int LongestPath = 4096;
    private const int LongestName = 255;

    /// <summary>Checks a path and removes what says nothing: <c>./a//b/</c> becomes <c>a/b</c>.</summary>
    /// <param name="path">The path.</param>
    /// <param name="clean">The clean path.</param>
    /// <param name="error">Kubernetes' sentence when the path is not allowed, else the empty string.</param>
    public static bool TryClean(string path, out string clean, out string error)
    {
        clean = "";
        error = Check(path);
        if (error.Length > 0)
            return false;
        clean = IsClean(path) ? path
            : string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "."));
        if (clean.Length == 0)
            error = $"invalid path: must not be empty: {GoQuoting.Quote(path)}";
        return error.Length == 0;
    }

    private static bool IsClean(string path) =>
        !path.Contains("//", StringComparison.Ordinal) && !path.EndsWith('/') && path != "."
        && !path.StartsWith("./", StringComparison.Ordinal) && !path.Contains("/./", StringComparison.Ordinal)
        && !path.EndsWith("/.", StringComparison.Ordinal);

    private static string Check(string path)
    {
        if (path.Length == 0)
            return "invalid path: must not be empty: \"\"";
        if (path[0] == '/')
            return "invalid path: must be relative path: " + path;
        if (ByteCount(path) > LongestPath)
            return $"invalid path: must be less than or equal to {LongestPath} characters";
        foreach (var range in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan(range);
            if (name is "..")
                return "invalid path: must not contain '..': " + path;
            if (ByteCount(name) > LongestName)
                return $"invalid path: filenames must be less than or equal to {LongestName} characters";
        }
        if (path.Contains('\0', StringComparison.Ordinal))
            return $"invalid path: must not contain a NUL: {GoQuoting.Quote(path)}";
        return path.StartsWith("..", StringComparison.Ordinal) ? "invalid path: must not start with '..': " + path : "";
    }

    private static int ByteCount(ReadOnlySpan<char> text) => System.Text.Encoding.UTF8.GetByteCount(text);
}
