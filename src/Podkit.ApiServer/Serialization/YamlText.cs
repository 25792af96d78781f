using Podkit.Model.Yaml;

namespace Podkit.ApiServer.Serialization;

/// <summary>YAML bodies.</summary>
internal static class YamlText
{
    /// <summary>The first document as JSON; <c>null</c> when there is none.</summary>
    /// <exception cref="FormatException">It is no YAML.</exception>
    public static byte[] ToJson(string text) =>
        YamlDocuments.Parse(text, "body") is [{ Root: { } root }, ..] ? JsonText.ToBytes(root) : "null"u8.ToArray();
}
