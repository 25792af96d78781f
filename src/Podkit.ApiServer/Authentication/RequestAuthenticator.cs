using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authentication.Tokens;

namespace Podkit.ApiServer.Authentication;

/// <summary>Tells who sends a request: by the client certificate of its connection, else by its bearer token. There is no anonymous access.</summary>
internal sealed class RequestAuthenticator(ClientCertificates certificates, ITokenAuthenticator tokens, IReadOnlyList<string> serverAudiences) : IAuthenticator
{
    /// <inheritdoc/>
    public ValueTask<UserInfo?> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken) => ValueTask.FromResult(
        OfCertificate(context.Connection.ClientCertificate) ?? OfToken(BearerTokens.Find(context.Request.Headers)));

    private UserInfo? OfCertificate(X509Certificate2? certificate) => certificate is null ? null : certificates.Authenticate(certificate);

    private UserInfo? OfToken(string? token) => token is null ? null : tokens.Authenticate(token, serverAudiences).User;
}
