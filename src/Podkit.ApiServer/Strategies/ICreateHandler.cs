using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Strategies;

/// <summary>Answers a POST to a resource that stores nothing (TokenReview, SubjectAccessReview, …) or to a subresource (token, eviction, binding).</summary>
internal interface ICreateHandler
{
    /// <summary>
    /// Answers with the object for the body of a 201. <paramref name="body"/> is decoded and has <c>kind</c> and <c>apiVersion</c>;
    /// for a subresource the parent is <see cref="OperationContext.Namespace"/>/<see cref="OperationContext.Name"/> of <see cref="OperationContext.Kind"/>
    /// and it is the handler that answers 404 when it does not exist.
    /// </summary>
    ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken);
}
