namespace Podkit.Model.Yaml;

/// <summary>Reads manifests: YAML with several documents, or JSON, by the rules that kubectl follows (YAML 1.1 scalars).</summary>
public static class YamlDocuments
{
    /// <summary>Larger manifests are refused.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>Deeper manifests are refused.</summary>
    public const int MaximumDepth = 100;

    /// <summary>More nodes are refused, those of expanded aliases counted.</summary>
    public const int MaximumNodes = 1_000_000;

    /// <summary>Reads every document; empty ones are left out.</summary>
    /// <param name="text">The manifest.</param>
    /// <param name="fileName">The name that errors show.</param>
    /// <exception cref="YamlFormatException">The text cannot be read; the message names file, line and column.</exception>
    public static IReadOnlyList<YamlDocument> Parse(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        if (text.Length > MaximumLength) throw new YamlFormatException(fileName, 1, 1, $"the manifest is larger than {MaximumLength} characters");
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        return start.Length > 0 && start[0] == '{' ? JsonReading.Read(text, fileName) : new YamlReading(fileName).Read(text);
    }
}
