using Podkit.Model.Authentication.V1;

namespace Podkit.Node;

/// <summary>Asks the API server for a service account's bound token (TokenRequest).</summary>
public interface ITokenSource
{
    /// <summary>Creates a token.</summary>
    /// <param name="namespace">The service account's namespace.</param>
    /// <param name="serviceAccount">The service account's name.</param>
    /// <param name="request">Audiences, life and the pod it is bound to.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The token and when it expires.</returns>
    Task<TokenRequestStatus> CreateAsync(string @namespace, string serviceAccount, TokenRequestSpec request, CancellationToken cancellationToken);
}
