namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>A token that has been read but not yet believed.</summary>
/// <param name="Issuer">Who it says has issued it.</param>
/// <param name="KeyId">The key that it says it is signed with, or null.</param>
/// <param name="Claims">What it says, or null when it is no service account's.</param>
/// <param name="Signed">The bytes that the signature covers.</param>
/// <param name="Signature">The signature.</param>
internal sealed record UnverifiedToken(string Issuer, string? KeyId, TokenClaims? Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Whether one of the keys signed it.</summary>
    public bool IsSignedBy(IReadOnlyList<TokenSigningKey> keys)
    {
        foreach (var key in keys)
        {
            if ((KeyId is null || KeyId == key.Id) && key.Verify(Signed, Signature)) return true;
        }

        return false;
    }
}
