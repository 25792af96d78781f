using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Authentication.V1;
using Podkit.Model.Core.V1;

namespace Podkit.Client;

/// <summary>The calls that only service accounts have.</summary>
public static class ServiceAccountClientExtensions
{
    /// <summary>Asks for a token of a service account, bound to an object if the request says so.</summary>
    /// <param name="accounts">The service accounts of a namespace.</param>
    /// <param name="name">The service account.</param>
    /// <param name="spec">Audiences, lifetime, bound object; null for the server's defaults.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The request with its <c>status</c>: the token and its end. Never print it.</returns>
    public static Task<TokenRequest> CreateTokenAsync(
        this ResourceClient<ServiceAccount> accounts, string name, TokenRequestSpec? spec = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var request = new TokenRequest { Spec = spec ?? new TokenRequestSpec() };
        var call = accounts.Call(HttpMethod.Post, accounts.Scope.ObjectPath(name, null, "token")) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, KubernetesJson.Default.AuthenticationV1TokenRequest),
            ContentType = "application/json",
            Sensitive = true,
        };
        return accounts.Client.Api.CallAsync(
            call, body => JsonSerializer.Deserialize(body, KubernetesJson.Default.AuthenticationV1TokenRequest) ?? throw new JsonException("expected a token request"), cancellationToken);
    }
}
