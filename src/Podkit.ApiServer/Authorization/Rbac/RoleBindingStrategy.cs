using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Rbac.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Role bindings and cluster role bindings: whom they bind to what is checked, and no one may bind what he does not have.</summary>
internal sealed class RoleBindingStrategy(ResourceKind kind, EscalationCheck escalation) : ResourceStrategy(kind)
{
    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? ValidateName(string name) => PathSegmentNames.Check(name);

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        if (obj["roleRef"] is JsonObject role && JsonPaths.Text(role["apiGroup"]).Length == 0) role["apiGroup"] = RbacKinds.Group;
        foreach (var subject in (obj["subjects"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (JsonPaths.Text(subject["kind"]) is "User" or "Group" && JsonPaths.Text(subject["apiGroup"]).Length == 0) subject["apiGroup"] = RbacKinds.Group;
        }
    }

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (obj is null || EscalationCheck.IsExempt(obj, old, context)) return;
        var role = Read(obj).Role;
        var roleKind = role.Kind switch
        {
            "Role" => RbacKinds.Role,
            "ClusterRole" => RbacKinds.ClusterRole,
            _ => null,
        };
        // What is wrong with the reference itself is for validation to say.
        if (roleKind is null || role.ApiGroup != RbacKinds.Group || (roleKind == RbacKinds.Role && !Kind.Namespaced)) return;
        if (escalation.Holds("bind", roleKind, role.Name, context)) return;
        escalation.CheckGrant(Rules(roleKind, role.Name, context), context);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        var (role, subjects) = Read(obj);
        var path = FieldPath.Root("roleRef");
        if (role.ApiGroup != RbacKinds.Group) errors.Add(NotSupported(path.Child("apiGroup"), role.ApiGroup, RbacKinds.Group));
        if (role.Kind != "ClusterRole" && !(role.Kind == "Role" && Kind.Namespaced))
            errors.Add(Kind.Namespaced ? NotSupported(path.Child("kind"), role.Kind, "Role", "ClusterRole") : NotSupported(path.Child("kind"), role.Kind, "ClusterRole"));
        if (string.IsNullOrEmpty(role.Name)) errors.Add(FieldError.Required(path.Child("name"), ""));
        else errors.AddRange(PathSegmentNames.Check(role.Name).Select(e => FieldError.Invalid(path.Child("name"), role.Name, e)));
        for (var i = 0; i < subjects.Count; i++) CheckSubject(subjects[i], FieldPath.Root("subjects").Index(i), errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors)
    {
        Validate(obj, context, errors);
        var (role, before) = (Read(obj).Role, Read(old).Role);
        if (role.ApiGroup == before.ApiGroup && role.Kind == before.Kind && role.Name == before.Name) return;
        // Kubernetes shows its internal type here.
        var shown = new JsonObject { ["APIGroup"] = role.ApiGroup, ["Kind"] = role.Kind, ["Name"] = role.Name };
        errors.Add(FieldError.Invalid(FieldPath.Root("roleRef"), shown, "cannot change roleRef"));
    }

    private (RoleRef Role, List<Subject> Subjects) Read(JsonObject obj)
    {
        if (!Kind.Namespaced)
        {
            var ofCluster = Documents.Read(obj, KubernetesJson.Default.RbacV1ClusterRoleBinding);
            return (ofCluster.RoleRef, ofCluster.Subjects ?? []);
        }

        var binding = Documents.Read(obj, KubernetesJson.Default.RbacV1RoleBinding);
        return (binding.RoleRef, binding.Subjects ?? []);
    }

    private static IReadOnlyList<PolicyRule> Rules(ResourceKind kind, string name, OperationContext context)
    {
        var role = context.Objects.Find(kind, kind.Namespaced ? context.Namespace : "", name) ?? throw ApiException.NotFound(kind, name);
        return RbacReader.Role(role).Rules;
    }

    private void CheckSubject(Subject subject, FieldPath path, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(subject.Name)) errors.Add(FieldError.Required(path.Child("name"), ""));
        switch (subject.Kind)
        {
            case "ServiceAccount":
                if (!string.IsNullOrEmpty(subject.Name)) errors.AddRange(Names.IsDns1123Subdomain(subject.Name).Select(e => FieldError.Invalid(path.Child("name"), subject.Name, e)));
                if (!string.IsNullOrEmpty(subject.ApiGroup)) errors.Add(NotSupported(path.Child("apiGroup"), subject.ApiGroup, ""));
                if (!Kind.Namespaced && string.IsNullOrEmpty(subject.Namespace)) errors.Add(FieldError.Required(path.Child("namespace"), ""));
                break;
            case "User" or "Group":
                if (subject.ApiGroup != RbacKinds.Group) errors.Add(NotSupported(path.Child("apiGroup"), subject.ApiGroup ?? "", RbacKinds.Group));
                break;
            default:
                errors.Add(NotSupported(path.Child("kind"), subject.Kind, "ServiceAccount", "User", "Group"));
                break;
        }
    }

    private static FieldError NotSupported(FieldPath path, string value, params string[] supported) => FieldError.NotSupportedInOrder(path, value, supported);
}
