using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>The key that service-account tokens are signed with (ES256).</summary>
internal sealed class TokenSigningKey : IDisposable
{
    private readonly ECDsa key;

    private TokenSigningKey(ECDsa key)
    {
        this.key = key;
        Id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The hash of the public key, as Kubernetes names its keys: <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>A new key.</summary>
    public static TokenSigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A key that exists already.</summary>
    /// <exception cref="ArgumentException">It is no ECDSA P-256 key.</exception>
    public static TokenSigningKey Load(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 256) throw new ArgumentException($"service-account tokens are signed with ES256: the key must be ECDSA P-256, not {key.KeySize} bits", nameof(pem));
            return new TokenSigningKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The private key, to be loaded again later. It is secret.</summary>
    public string ExportPem() => key.ExportPkcs8PrivateKeyPem() + "\n";

    public byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256);

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => signature.Length == 64 && key.VerifyData(data, signature, HashAlgorithmName.SHA256);

    /// <summary>The public key as a member of a JSON Web Key Set.</summary>
    public JsonObject ToJsonWebKey()
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["use"] = "sig",
            ["kty"] = "EC",
            ["kid"] = Id,
            ["crv"] = "P-256",
            ["alg"] = "ES256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
