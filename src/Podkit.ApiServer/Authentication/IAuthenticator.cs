using Microsoft.AspNetCore.Http;

namespace Podkit.ApiServer.Authentication;

/// <summary>Tells who sends a request.</summary>
internal interface IAuthenticator
{
    /// <summary>The sender, or null when the request carries no credentials that this server accepts: the answer is 401.</summary>
    ValueTask<UserInfo?> AuthenticateAsync(HttpContext context, CancellationToken cancellationToken);
}
