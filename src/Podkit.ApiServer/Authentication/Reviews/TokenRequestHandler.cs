using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Authentication.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Authentication.Reviews;

/// <summary>TokenRequest, the subresource <c>token</c> of service accounts: issues a token.</summary>
internal sealed class TokenRequestHandler(ServiceAccountTokens tokens) : ICreateHandler
{
    private const string Group = "authentication.k8s.io";
    private const long DefaultLife = 3600;
    private const long MinimumLife = 600;
    private const long MaximumLife = 1L << 32;

    /// <summary>What a kubelet asks for when the manifest does not say; tokens of this life are honoured much longer, so that old clients which do not read the file again go on working.</summary>
    private const long ExtendedLife = 3607;

    private const long ExtendedTo = 365 * 24 * 60 * 60;

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var spec = Documents.Read(body.Child("spec"), KubernetesJson.Default.AuthenticationV1TokenRequestSpec);
        CheckMetadata(body.Metadata(), context);
        var account = context.Objects.Find(BoundObjects.ServiceAccount, context.Namespace, context.Name) ?? throw ApiException.NotFound(BoundObjects.ServiceAccount, context.Name);
        var life = spec.ExpirationSeconds ?? DefaultLife;
        CheckLife(life);

        var grant = Bind(
            new TokenGrant
            {
                Namespace = context.Namespace,
                ServiceAccount = new TokenReference(account.Name, account.Uid),
                Audiences = spec.Audiences is { Count: > 0 } audiences ? audiences : tokens.ServerAudiences,
                LifeSeconds = life,
            },
            spec.BoundObjectRef,
            context);
        if (grant.Pod is not null && life == ExtendedLife && grant.Audiences.All(tokens.ServerAudiences.Contains))
            grant = grant with { LifeSeconds = ExtendedTo, WarnAfterSeconds = life };

        var now = context.Time.GetUtcNow();
        return ValueTask.FromResult(Answer(body, account, grant.Audiences, life, now, tokens.Issue(grant, now)));
    }

    private static void CheckMetadata(JsonObject metadata, OperationContext context)
    {
        var path = FieldPath.Root("metadata");
        if (metadata.Text("name") is { Length: > 0 } name && name != context.Name) Refuse(context.Name, FieldError.Invalid(path.Child("name"), name, "must match the service account name if specified"));
        if (metadata.Text("namespace") is { Length: > 0 } ns && ns != context.Namespace) Refuse(context.Name, FieldError.Invalid(path.Child("namespace"), ns, "must match the service account namespace if specified"));
    }

    private static void CheckLife(long seconds)
    {
        var field = FieldPath.Root("spec").Child("expirationSeconds");
        if (seconds < MinimumLife) Refuse("", FieldError.Invalid(field, seconds, "may not specify a duration less than 10 minutes"));
        if (seconds > MaximumLife) Refuse("", FieldError.Invalid(field, seconds, "may not specify a duration larger than 2^32 seconds"));
    }

    private static void Refuse(string name, FieldError error) => throw ApiException.Invalid(Group, "TokenRequest", name, [error]);

    private static TokenGrant Bind(TokenGrant grant, BoundObjectReference? bound, OperationContext context)
    {
        if (bound is null) return grant;
        var name = bound.Name ?? "";
        switch ((bound.ApiVersion, bound.Kind))
        {
            case ("v1" or "" or null, "Pod"):
                var pod = Find(BoundObjects.Pod, grant.Namespace, name, bound, context);
                return BindPod(grant, pod, context.Objects);
            case ("v1" or "" or null, "Secret"):
                return grant with { Secret = Reference(Find(BoundObjects.Secret, grant.Namespace, name, bound, context)) };
            case ("v1" or "" or null, "Node"):
                return grant with { Node = Reference(Find(BoundObjects.Node, "", name, bound, context)) };
            default:
                throw ApiException.BadRequest($"cannot bind token to object of type {TypeName(bound)}");
        }
    }

    private static TokenGrant BindPod(TokenGrant grant, StoredObject pod, IObjectReader objects)
    {
        var spec = pod.Read(KubernetesJson.Default.CoreV1Pod).Spec;
        if (spec.ServiceAccountName != grant.ServiceAccount.Name)
            throw ApiException.BadRequest($"cannot bind token for serviceaccount {GoStrings.Quote(grant.ServiceAccount.Name)} to pod running with different serviceaccount name.");
        var bound = grant with { Pod = Reference(pod) };
        if (spec.NodeName is not { Length: > 0 } nodeName) return bound;
        return bound with { Node = new TokenReference(nodeName, objects.Find(BoundObjects.Node, "", nodeName)?.Uid ?? "") };
    }

    private static StoredObject Find(ResourceKind kind, string ns, string name, BoundObjectReference bound, OperationContext context)
    {
        var found = context.Objects.Find(kind, ns, name) ?? throw ApiException.NotFound(kind, name);
        if (bound.Uid is { Length: > 0 } uid && uid != found.Uid)
            throw ApiException.Conflict("", bound.Kind!, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        return found;
    }

    private static TokenReference Reference(StoredObject obj) => new(obj.Name, obj.Uid);

    /// <summary>As Go prints a GroupVersionKind.</summary>
    private static string TypeName(BoundObjectReference bound)
    {
        var version = bound.ApiVersion ?? "";
        return $"{(version.Contains('/', StringComparison.Ordinal) ? version : "/" + version)}, Kind={bound.Kind}";
    }

    private static JsonObject Answer(JsonObject body, StoredObject account, IReadOnlyList<string> audiences, long life, DateTimeOffset now, string token)
    {
        var metadata = body.Metadata();
        metadata["name"] = account.Name;
        metadata["namespace"] = account.Namespace;
        metadata["uid"] = account.Uid;
        metadata["creationTimestamp"] = now.ToTime();
        body["spec"] = new JsonObject
        {
            ["audiences"] = Documents.Array(audiences),
            ["expirationSeconds"] = life,
            ["boundObjectRef"] = body.Child("spec")["boundObjectRef"]?.DeepClone(),
        };
        body["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = now.AddSeconds(life).ToTime() };
        return body;
    }
}
