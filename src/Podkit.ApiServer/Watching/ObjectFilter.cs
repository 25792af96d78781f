using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Selectors;

namespace Podkit.ApiServer.Watching;

/// <summary>The selectors of a list or watch.</summary>
internal sealed class ObjectFilter
{
    private readonly LabelSelector? labels;
    private readonly FieldSelector? fields;
    private readonly ResourceStrategy strategy;

    private ObjectFilter(ResourceStrategy strategy, LabelSelector? labels, FieldSelector? fields)
    {
        this.strategy = strategy;
        this.labels = labels;
        this.fields = fields;
    }

    public bool IsEverything => labels is null && fields is null;

    /// <summary>The selectors of a query.</summary>
    /// <exception cref="ApiException">400: the resource has no such field.</exception>
    public static ObjectFilter Of(ResourceStrategy strategy, ListOptions options)
    {
        foreach (var requirement in options.Fields?.Requirements ?? [])
        {
            if (requirement.Field == "metadata.name" || (requirement.Field == "metadata.namespace" && strategy.Kind.Namespaced)) continue;
            if (strategy.SelectableFields.Count == 0)
            {
                var known = strategy.Kind.Namespaced ? "\"metadata.name\", \"metadata.namespace\"" : "\"metadata.name\"";
                throw ApiException.BadRequest($"\"{requirement.Field}\" is not a known field selector: only {known}");
            }

            if (!strategy.SelectableFields.ContainsKey(requirement.Field)) throw ApiException.BadRequest($"field label not supported: {requirement.Field}");
        }

        var labels = options.Labels is { IsEverything: true } ? null : options.Labels;
        return new ObjectFilter(strategy, labels, options.Fields is { Requirements.Count: > 0 } ? options.Fields : null);
    }

    public bool Matches(StoredObject item) => (labels is null || labels.Matches(item.Labels)) && (fields is null || fields.Matches(f => Field(item, f)));

    private string Field(StoredObject item, string field) => field switch
    {
        "metadata.name" => item.Name,
        "metadata.namespace" => item.Namespace,
        _ => item.Field(field, Values),
    };

    private Dictionary<string, string> Values(JsonObject document) =>
        strategy.SelectableFields.Keys.ToDictionary(f => f, f => strategy.SelectableValue(document, f), StringComparer.Ordinal);
}
