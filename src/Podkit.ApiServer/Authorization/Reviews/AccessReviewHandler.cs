using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Authorization.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Authorization.Reviews;

/// <summary>SubjectAccessReview, LocalSubjectAccessReview and SelfSubjectAccessReview: may someone do something? (<c>kubectl auth can-i</c>)</summary>
internal sealed class AccessReviewHandler(IAuthorizer authorizer) : ICreateHandler
{
    private const string Group = "authorization.k8s.io";

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var metadata = body.Metadata();
        var isSelf = context.Kind.Kind == "SelfSubjectAccessReview";
        // The spec of a self review has the same fields but for those of the subject.
        var spec = Documents.Read(body.Child("spec"), KubernetesJson.Default.AuthorizationV1SubjectAccessReviewSpec);
        var errors = new List<FieldError>();
        AccessReviewValidation.CheckSpec(spec, isSelf, errors);
        if (context.Kind.Namespaced) CheckLocal(spec, metadata, context.Namespace, errors);
        AccessReviewValidation.CheckMetadata(metadata, context.Kind.Namespaced, errors);
        // Kubernetes names no kind here.
        if (errors.Count > 0) throw ApiException.Invalid(Group, "", "", errors);

        var decision = authorizer.Authorize(isSelf ? context.User : Subject(spec), Attributes(spec));
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason is { Length: > 0 } reason) status["reason"] = reason;
        body["status"] = status;
        return ValueTask.FromResult(body);
    }

    private static void CheckLocal(SubjectAccessReviewSpec spec, JsonObject metadata, string ns, List<FieldError> errors)
    {
        var path = FieldPath.Root("spec");
        if (JsonPaths.Text(metadata["namespace"]) is { Length: > 0 } named && named != ns) throw ApiException.BadRequest($"spec.resourceAttributes.namespace must match namespace: {ns}");
        metadata["namespace"] = ns;
        if (spec.ResourceAttributes is { } resource && (resource.Namespace ?? "") != ns)
            errors.Add(FieldError.Invalid(path.Child("resourceAttributes").Child("namespace"), resource.Namespace ?? "", "must match metadata.namespace"));
        if (spec.NonResourceAttributes is { } path2)
            errors.Add(FieldError.Invalid(path.Child("nonResourceAttributes"), AccessReviewValidation.Show(path2), "disallowed on this kind of request"));
    }

    private static UserInfo Subject(SubjectAccessReviewSpec spec) =>
        new(spec.User ?? "", spec.Groups ?? [], spec.Uid ?? "", spec.Extra?.ToDictionary(e => e.Key.ToLowerInvariant(), e => (IReadOnlyList<string>)e.Value));

    private static AuthorizationAttributes Attributes(SubjectAccessReviewSpec spec)
    {
        if (spec.NonResourceAttributes is { } other) return new AuthorizationAttributes { Verb = other.Verb ?? "", IsResource = false, Path = other.Path ?? "" };
        var resource = spec.ResourceAttributes!;
        return new AuthorizationAttributes
        {
            Verb = resource.Verb ?? "",
            Group = resource.Group ?? "",
            Version = resource.Version ?? "",
            Resource = resource.Resource ?? "",
            Subresource = resource.Subresource ?? "",
            Namespace = resource.Namespace ?? "",
            Name = resource.Name ?? "",
        };
    }
}
