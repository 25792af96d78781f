namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>What a check of a bearer token found.</summary>
/// <param name="User">Whom it speaks for, or null when it is not accepted. Its audiences are those that were asked for and that the token has.</param>
/// <param name="Error">Why it is not accepted; null also for tokens that are none of ours.</param>
internal readonly record struct TokenResult(UserInfo? User, string? Error)
{
    /// <summary>No token of the kind that was looked for.</summary>
    public static TokenResult Unknown => default;

    public static TokenResult Refused(string error) => new(null, error);
}
