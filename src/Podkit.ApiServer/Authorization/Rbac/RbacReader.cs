using System.Text.Json;
using Podkit.ApiServer.Storage;
using Podkit.Model.Meta.V1;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>
/// Reads stored roles and bindings. The first request that is not a master's reads all bindings there are; by hand that takes
/// a fraction of what the serializer needs to get ready for these types.
/// </summary>
internal static class RbacReader
{
    private static readonly Func<StoredObject, RoleContent> ReadRole = OfRole;
    private static readonly Func<StoredObject, BindingContent> ReadBinding = OfBinding;

    public static RoleContent Role(StoredObject stored) => stored.Read(ReadRole);

    public static BindingContent Binding(StoredObject stored) => stored.Read(ReadBinding);

    private static RoleContent OfRole(StoredObject stored)
    {
        using var document = JsonDocument.Parse(stored.Json);
        var rules = Elements(document.RootElement, "rules").Select(Rule).ToList();
        return new RoleContent(rules, document.RootElement.TryGetProperty("aggregationRule", out var rule) && rule.ValueKind == JsonValueKind.Object
            ? [.. Elements(rule, "clusterRoleSelectors").Select(Selector).Select(Model.Selectors.LabelSelector.FromLabelSelector)]
            : null);
    }

    private static PolicyRule Rule(JsonElement rule) => new()
    {
        Verbs = Texts(rule, "verbs") ?? [],
        ApiGroups = Texts(rule, "apiGroups"),
        Resources = Texts(rule, "resources"),
        ResourceNames = Texts(rule, "resourceNames"),
        NonResourceURLs = Texts(rule, "nonResourceURLs"),
    };

    private static LabelSelector Selector(JsonElement selector)
    {
        var read = new LabelSelector();
        if (selector.TryGetProperty("matchLabels", out var labels) && labels.ValueKind == JsonValueKind.Object)
            read.MatchLabels = labels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString() ?? "");
        if (selector.TryGetProperty("matchExpressions", out _))
            read.MatchExpressions = [.. Elements(selector, "matchExpressions").Select(e => new LabelSelectorRequirement { Key = Text(e, "key"), Operator = Text(e, "operator"), Values = Texts(e, "values") })];
        return read;
    }

    private static BindingContent OfBinding(StoredObject stored)
    {
        using var document = JsonDocument.Parse(stored.Json);
        var role = document.RootElement.TryGetProperty("roleRef", out var reference) && reference.ValueKind == JsonValueKind.Object
            ? new RoleRef { ApiGroup = Text(reference, "apiGroup"), Kind = Text(reference, "kind"), Name = Text(reference, "name") }
            : new RoleRef();
        return new BindingContent(role, [.. Elements(document.RootElement, "subjects").Select(s =>
            new Subject { ApiGroup = Text(s, "apiGroup"), Kind = Text(s, "kind"), Name = Text(s, "name"), Namespace = Text(s, "namespace") })]);
    }

    private static IEnumerable<JsonElement> Elements(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object) : [];

    private static List<string>? Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Text)] : null;

    private static string Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? Text(value) : "";

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
