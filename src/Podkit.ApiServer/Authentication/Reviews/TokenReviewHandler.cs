using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Authentication.Reviews;

/// <summary>TokenReview: whom does this token speak for?</summary>
internal sealed class TokenReviewHandler(ITokenAuthenticator tokens, IReadOnlyList<string> serverAudiences) : ICreateHandler
{
    private const string Invalid = "invalid bearer token";

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var spec = Documents.Read(body.Child("spec"), KubernetesJson.Default.AuthenticationV1TokenReviewSpec);
        if (string.IsNullOrEmpty(spec.Token)) throw ApiException.BadRequest("token is required for TokenReview in authentication");
        var result = tokens.Authenticate(spec.Token, spec.Audiences is { Count: > 0 } audiences ? audiences : serverAudiences);
        body.Metadata();
        body["status"] = Status(result);
        return ValueTask.FromResult(body);
    }

    private static JsonObject Status(TokenResult result)
    {
        if (result.User is { } user)
        {
            return new JsonObject
            {
                ["authenticated"] = true,
                ["user"] = UserInfoDocument.Of(user),
                ["audiences"] = Documents.Array(user.Audiences),
            };
        }

        return new JsonObject { ["user"] = new JsonObject(), ["error"] = result.Error is null ? Invalid : $"[{Invalid}, {result.Error}]" };
    }
}
