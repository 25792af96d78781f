using System.Text.Json.Serialization;

namespace Podkit.Cli.Identity;

/// <summary>What <c>podkit whoami -o json</c> prints. Scripts rely on these names.</summary>
internal sealed record IdentityReport(bool InPod, IReadOnlyList<KnownValue> Values, ApiServerReport ApiServer, IReadOnlyList<string> Problems);

/// <summary>A fact and where it comes from.</summary>
internal sealed record KnownValue(string Name, string Value, string Source);

/// <summary>Whether the API server answers, as whom it knows the caller, and what that user may do in its namespace.</summary>
internal sealed record ApiServerReport(string? Address, bool Answers, string? Version, string? User, IReadOnlyList<string> Groups, IReadOnlyList<AllowedRule> Allowed);

/// <summary>One rule of what is allowed.</summary>
internal sealed record AllowedRule(IReadOnlyList<string> Verbs, IReadOnlyList<string> Resources, IReadOnlyList<string> ResourceNames);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IdentityReport))]
internal sealed partial class IdentityJson : JsonSerializerContext
{
    public static IdentityJson Readable { get; } = new(new System.Text.Json.JsonSerializerOptions
    {
        PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
