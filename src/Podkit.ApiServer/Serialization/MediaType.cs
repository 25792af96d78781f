namespace Podkit.ApiServer.Serialization;

/// <summary>A media type with its parameters, as Accept and Content-Type carry it.</summary>
internal sealed record MediaType(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>What bodies and answers may be.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Json, Yaml, Protobuf];

    public string Parameter(string name) => Parameters.GetValueOrDefault(name, "");

    public static MediaType Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) parameters[part[..equals].Trim()] = part[(equals + 1)..].Trim().Trim('"');
        }

        return new MediaType(parts[0].ToLowerInvariant(), parameters);
    }

    /// <summary>The media types of an Accept header, the most wanted first.</summary>
    public static IEnumerable<MediaType> ParseList(string accept) => accept
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(Parse)
        .OrderByDescending(m => double.TryParse(m.Parameter("q"), System.Globalization.CultureInfo.InvariantCulture, out var q) ? q : 1);
}
