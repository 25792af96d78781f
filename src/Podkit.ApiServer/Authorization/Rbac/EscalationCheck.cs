using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Keeps everyone from granting, by a role or a binding, what he does not have himself.</summary>
internal sealed class EscalationCheck(IAuthorizer authorizer, IRuleResolver resolver)
{
    private static readonly PolicyRule[] FullAuthority =
    [
        new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], NonResourceURLs = ["*"] },
    ];

    /// <summary>Whether the sender need not be checked: he is a master, or this write changes only what garbage collection needs.</summary>
    public static bool IsExempt(JsonObject obj, JsonObject? old, OperationContext context) =>
        context.User.Groups.Contains(UserInfo.Masters) || (old is not null && ChangesCollectionFieldsOnly(obj, old));

    /// <summary>Whether the sender holds <paramref name="verb"/> (<c>escalate</c>, <c>bind</c>) on the role.</summary>
    public bool Holds(string verb, ResourceKind role, string name, OperationContext context) => authorizer.Authorize(context.User, new AuthorizationAttributes
    {
        Verb = verb,
        Group = role.Group,
        Version = "*",
        Resource = role.Resource,
        Name = name,
        Namespace = context.Namespace,
    }).Allowed;

    /// <summary>Refuses rules that the sender does not hold in the namespace of the request.</summary>
    /// <exception cref="ApiException">403 with what is missing.</exception>
    public void CheckGrant(IEnumerable<PolicyRule> rules, OperationContext context)
    {
        var held = resolver.RulesFor(context.User, context.Namespace);
        var missing = RuleCoverage.Missing(held.Rules, rules);
        if (missing.Count == 0) return;
        var sentence = $"user {GoStrings.Quote(context.User.Name)} (groups={GoStrings.Quote(context.User.Groups)}) is attempting to grant RBAC permissions not currently held:\n{RuleCoverage.Describe(missing)}";
        if (held.Errors.Count > 0) sentence += $"; resolution errors: [{string.Join(' ', held.Errors)}]";
        throw Forbidden(context, sentence);
    }

    /// <summary>An aggregation rule can gather anything: only who may do everything may write one.</summary>
    /// <exception cref="ApiException">403.</exception>
    public void CheckAggregation(OperationContext context)
    {
        if (RuleCoverage.Missing(resolver.RulesFor(context.User, "").Rules, FullAuthority).Count > 0)
            throw Forbidden(context, "must have cluster-admin privileges to use an aggregationRule");
    }

    private static ApiException Forbidden(OperationContext context, string sentence) =>
        ApiException.Forbidden(context.Kind.Group, context.Kind.Resource, context.Name, sentence);

    private static bool ChangesCollectionFieldsOnly(JsonObject obj, JsonObject old)
    {
        var (after, before) = ((JsonObject)obj.DeepClone(), (JsonObject)old.DeepClone());
        foreach (var document in new[] { after, before })
        {
            if (document["metadata"] is not JsonObject metadata) continue;
            foreach (var field in new[] { "ownerReferences", "finalizers", "selfLink", "managedFields", "resourceVersion" }) metadata.Remove(field);
        }

        return JsonNode.DeepEquals(after, before);
    }
}
