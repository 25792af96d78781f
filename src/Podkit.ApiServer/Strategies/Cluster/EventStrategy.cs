using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to events: they are found by what they are about.</summary>
internal sealed class EventStrategy() : ResourceStrategy(ResourceTable.Get("", "v1", "events"))
{
    private static readonly string[] Paths =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "type",
    ];

    public override IReadOnlyDictionary<string, string> SelectableFields { get; } =
        Paths.ToDictionary(p => p, StringComparer.Ordinal).Append(KeyValuePair.Create("source", "source.component")).ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override string SelectableValue(JsonObject obj, string field)
    {
        var value = base.SelectableValue(obj, field);
        return field == "source" && value.Length == 0 ? obj.Text("reportingComponent") : value;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        var involved = obj.Object("involvedObject").Text("namespace");
        var path = FieldPath.Root("involvedObject").Child("namespace");
        // Events about objects of the cluster are kept in the namespace "default".
        if (involved.Length == 0 ? context.Namespace is not ("default" or "") : involved != context.Namespace)
            errors.Add(FieldError.Invalid(path, involved, "does not match event.namespace"));
    }
}
