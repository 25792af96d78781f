using System.Text.Json.Nodes;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>A strategy made of functions, for kinds that need no state of their own.</summary>
internal sealed class SimpleStrategy(string group, string resource, string version = "v1") : ResourceStrategy(ResourceTable.Get(group, version, resource))
{
    /// <summary>Fills in what the client left out.</summary>
    public Action<JsonObject>? Defaults { get; init; }

    /// <summary>Checks an object.</summary>
    public Action<JsonObject, List<FieldError>>? Rules { get; init; }

    /// <summary>Checks what changed: the new object and the old one.</summary>
    public Action<JsonObject, JsonObject, List<FieldError>>? UpdateRules { get; init; }

    /// <summary>Sets what the server decides about a new object.</summary>
    public Action<JsonObject>? OnCreate { get; init; }

    /// <summary>The rule of its names; null for DNS subdomains.</summary>
    public Func<string, IReadOnlyList<string>>? NameRule { get; init; }

    /// <summary>Fields besides name and namespace that selectors accept, by their paths.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool UnconditionalUpdate { get; init; } = true;

    public bool CreateOnUpdate { get; init; }

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => UnconditionalUpdate;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => CreateOnUpdate;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> SelectableFields => field ??= Fields.ToDictionary(f => f, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => Defaults?.Invoke(obj);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        base.PrepareForCreate(obj, context);
        OnCreate?.Invoke(obj);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? ValidateName(string name) => NameRule?.Invoke(name);

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        Rules?.Invoke(obj, errors);
        if (JsonPaths.Node(obj, "spec.template.spec") is JsonObject template)
            PodWarnings.OfSpec(template, FieldPath.Root("spec").Child("template").Child("spec"), context.Warnings);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors)
    {
        if (context.Subresource is not ("" or "scale")) return;
        Validate(obj, context, errors);
        UpdateRules?.Invoke(obj, old, errors);
    }

    /// <inheritdoc/>
    public override string SelectableValue(JsonObject obj, string field) => JsonPaths.Node(obj, field) is { } value ? JsonPaths.Text(value) : IsFlag(field) ? "false" : "";

    private static bool IsFlag(string field) => field is "spec.unschedulable";
}
