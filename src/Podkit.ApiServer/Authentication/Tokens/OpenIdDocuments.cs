using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>What others need to check service-account tokens by themselves: <c>/.well-known/openid-configuration</c> and <c>/openid/v1/jwks</c>.</summary>
internal static class OpenIdDocuments
{
    public const string ConfigurationPath = "/.well-known/openid-configuration";
    public const string KeysPath = "/openid/v1/jwks";

    /// <summary>The media type of <see cref="Keys"/>.</summary>
    public const string KeysMediaType = "application/jwk-set+json";

    /// <param name="issuer">What tokens name as their issuer.</param>
    /// <param name="server">The API server's address, at which the keys are.</param>
    public static JsonObject Configuration(string issuer, Uri server) => new()
    {
        ["issuer"] = issuer,
        ["jwks_uri"] = new Uri(server, KeysPath).ToString(),
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    };

    public static JsonObject Keys(IEnumerable<TokenSigningKey> keys) => new() { ["keys"] = new JsonArray([.. keys.Select(k => (JsonNode)k.ToJsonWebKey())]) };
}
