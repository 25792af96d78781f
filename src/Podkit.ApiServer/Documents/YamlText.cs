using Podkit.Model.Yaml;

namespace Podkit.ApiServer.Documents;

/// <summary>YAML bodies.</summary>
internal static class YamlText
{
    /// <summary>The first document as JSON; <c>null</c> when there is none.</summary>
    /// <exception cref="FormatException">It is no YAML.</exception>
    public static byte[] ToJson(string text) =>
        YamlDocuments.Parse(text, "body").FirstOrDefault()?.Root is { } root ? JsonText.ToBytes(root) : "null"u8.ToArray();
}
