using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Reviews;

/// <summary>SelfSubjectRulesReview: what may I do in this namespace? (<c>kubectl auth can-i --list</c>)</summary>
internal sealed class RulesReviewHandler(IRuleResolver resolver) : ICreateHandler
{
    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var ns = body.TextAt("spec.namespace");
        if (ns.Length == 0) throw ApiException.BadRequest("no namespace on request");
        var rules = resolver.RulesFor(context.User, ns);
        var status = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Rules.Where(r => r.Resources is { Count: > 0 }).Select(ResourceRule)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Rules.Where(r => r.NonResourceURLs is { Count: > 0 }).Select(PathRule)]),
            ["incomplete"] = rules.Incomplete,
        };
        if (rules.Errors.Count > 0) status["evaluationError"] = RbacAuthorizer.Aggregate(rules.Errors);
        // Kubernetes answers with a new object: neither metadata nor spec of the request come back.
        return ValueTask.FromResult(new JsonObject
        {
            ["kind"] = "SelfSubjectRulesReview",
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["metadata"] = new JsonObject(),
            ["spec"] = new JsonObject(),
            ["status"] = status,
        });
    }

    private static JsonNode ResourceRule(PolicyRule rule)
    {
        var document = new JsonObject { ["verbs"] = Documents.Array(rule.Verbs) };
        Add(document, "apiGroups", rule.ApiGroups);
        Add(document, "resources", rule.Resources);
        Add(document, "resourceNames", rule.ResourceNames);
        return document;
    }

    private static JsonNode PathRule(PolicyRule rule) =>
        new JsonObject { ["verbs"] = Documents.Array(rule.Verbs), ["nonResourceURLs"] = Documents.Array(rule.NonResourceURLs!) };

    private static void Add(JsonObject document, string name, List<string>? values)
    {
        if (values is { Count: > 0 }) document[name] = Documents.Array(values);
    }
}
