namespace Podkit.ApiServer.Authentication;

/// <summary>Who sends a request.</summary>
internal sealed record UserInfo(
    string Name,
    IReadOnlyList<string> Groups,
    string Uid = "",
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra = null)
{
    /// <summary>The group whose members may do everything.</summary>
    public const string Masters = "system:masters";

    /// <summary>The server itself, for what it creates on its own.</summary>
    public static UserInfo Server { get; } = new("system:apiserver", [Masters, "system:authenticated"]);

    /// <summary>The audiences the credentials were issued for; empty when they have none.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];
}
