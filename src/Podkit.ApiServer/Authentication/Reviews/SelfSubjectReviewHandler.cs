using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Authentication.Reviews;

/// <summary>SelfSubjectReview: who am I? (<c>kubectl auth whoami</c>)</summary>
internal sealed class SelfSubjectReviewHandler : ICreateHandler
{
    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken) => ValueTask.FromResult(new JsonObject
    {
        ["kind"] = "SelfSubjectReview",
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["metadata"] = new JsonObject { ["creationTimestamp"] = context.Time.GetUtcNow().ToTime() },
        ["status"] = new JsonObject { ["userInfo"] = UserInfoDocument.Of(context.User) },
    });
}
