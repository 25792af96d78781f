using System.Text.Json.Nodes;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Meta.V1;
using Podkit.Model.Rbac.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Roles and cluster roles: their rules are checked, and no one may write rules that he does not have.</summary>
internal sealed class RoleStrategy(ResourceKind kind, EscalationCheck escalation) : ResourceStrategy(kind)
{
    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? ValidateName(string name) => PathSegmentNames.Check(name);

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (obj is null || EscalationCheck.IsExempt(obj, old, context) || escalation.Holds("escalate", Kind, context.Request.Name, context)) return;
        var role = Read(obj);
        if (role.Aggregation is not null || (old is not null && Read(old).Aggregation is not null)) escalation.CheckAggregation(context);
        escalation.CheckGrant(role.Rules, context);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        var (rules, aggregation) = Read(obj);
        for (var i = 0; i < rules.Count; i++) CheckRule(rules[i], FieldPath.Root("rules").Index(i), errors);
        if (aggregation is not null) CheckAggregation(aggregation, errors);
    }

    private (List<PolicyRule> Rules, AggregationRule? Aggregation) Read(JsonObject obj)
    {
        if (Kind.Namespaced) return (Documents.Read(obj, KubernetesJson.Default.RbacV1Role).Rules ?? [], null);
        var role = Documents.Read(obj, KubernetesJson.Default.RbacV1ClusterRole);
        return (role.Rules ?? [], role.AggregationRule);
    }

    private void CheckRule(PolicyRule rule, FieldPath path, List<FieldError> errors)
    {
        if (rule.Verbs is not { Count: > 0 }) errors.Add(FieldError.Required(path.Child("verbs"), "verbs must contain at least one value"));
        if (rule.NonResourceURLs is { Count: > 0 } paths)
        {
            if (Kind.Namespaced) errors.Add(FieldError.Invalid(path.Child("nonResourceURLs"), Documents.Array(paths), "namespaced rules cannot apply to non-resource URLs"));
            if (rule.ApiGroups is { Count: > 0 } || rule.Resources is { Count: > 0 } || rule.ResourceNames is { Count: > 0 })
                errors.Add(FieldError.Invalid(path.Child("nonResourceURLs"), Documents.Array(paths), "rules cannot apply to both regular resources and non-resource URLs"));
            return;
        }

        if (rule.ApiGroups is not { Count: > 0 }) errors.Add(FieldError.Required(path.Child("apiGroups"), "resource rules must supply at least one api group"));
        if (rule.Resources is not { Count: > 0 }) errors.Add(FieldError.Required(path.Child("resources"), "resource rules must supply at least one resource"));
    }

    private static void CheckAggregation(AggregationRule aggregation, List<FieldError> errors)
    {
        var path = FieldPath.Root("aggregationRule").Child("clusterRoleSelectors");
        if (aggregation.ClusterRoleSelectors is not { Count: > 0 } selectors)
        {
            errors.Add(FieldError.Required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
            return;
        }

        for (var i = 0; i < selectors.Count; i++) CheckSelector(selectors[i], path.Index(i), errors);
    }

    private static void CheckSelector(LabelSelector selector, FieldPath path, List<FieldError> errors)
    {
        try
        {
            Model.Selectors.LabelSelector.FromLabelSelector(selector);
        }
        catch (FormatException e)
        {
            errors.Add(FieldError.Invalid(path, Show(selector), $"invalid label selector: {e.Message}"));
        }
    }

    private static JsonNode? Show(LabelSelector selector) => System.Text.Json.JsonSerializer.SerializeToNode(selector, KubernetesJson.Default.MetaV1LabelSelector);
}
