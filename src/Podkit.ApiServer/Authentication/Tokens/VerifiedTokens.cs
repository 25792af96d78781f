using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Remembers whose signature has been checked, by the token's hash: the tokens themselves are not kept. Bounded.</summary>
internal sealed class VerifiedTokens(int capacity)
{
    private readonly ConcurrentDictionary<Key, TokenClaims> known = new();

    public TokenClaims? Find(string token) => known.GetValueOrDefault(Key.Of(token));

    /// <summary>Only tokens that this server signed come here, so forgetting all of them now and then costs a signature check each.</summary>
    public void Add(string token, TokenClaims claims)
    {
        if (known.Count >= capacity) known.Clear();
        known[Key.Of(token)] = claims;
    }

    private readonly record struct Key(UInt128 High, UInt128 Low)
    {
        public static Key Of(string token)
        {
            Span<byte> text = stackalloc byte[1024];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            if (!Encoding.UTF8.TryGetBytes(token, text, out var length)) SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
            else SHA256.HashData(text[..length], hash);
            return MemoryMarshal.Read<Key>(hash);
        }
    }
}
