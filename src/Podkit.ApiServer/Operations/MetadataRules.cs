using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Operations;

/// <summary>What must hold of every object's metadata.</summary>
internal static class MetadataRules
{
    public static void Check(ResourceStrategy strategy, JsonObject document, List<FieldError> errors)
    {
        var path = FieldPath.Root("metadata");
        var metadata = document.Metadata();
        if (metadata.Text("name").Length == 0)
        {
            errors.Add(FieldError.Required(path.Child("name"), "name or generateName is required"));
            return;
        }

        foreach (var problem in strategy.ValidateName(metadata.Text("name")) ?? Names.IsDns1123Subdomain(metadata.Text("name")))
            errors.Add(FieldError.Invalid(path.Child("name"), metadata.Text("name"), problem));
        foreach (var (key, value) in metadata["labels"] as JsonObject ?? [])
        {
            foreach (var problem in Names.IsQualifiedName(key)) errors.Add(FieldError.Invalid(path.Child("labels"), key, problem));
            foreach (var problem in Names.IsLabelValue(JsonPaths.Text(value))) errors.Add(FieldError.Invalid(path.Child("labels"), JsonPaths.Text(value), problem));
        }
    }

    public static void CheckUpdate(ResourceStrategy strategy, JsonObject document, JsonObject old, List<FieldError> errors)
    {
        Check(strategy, document, errors);
        if (old.Metadata()["deletionTimestamp"] is null) return;
        var added = document.Metadata().Texts("finalizers").Except(old.Metadata().Texts("finalizers")).ToList();
        if (added.Count > 0)
            errors.Add(FieldError.Forbidden(FieldPath.Root("metadata").Child("finalizers"), $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(f => $"\"{f}\""))}}}"));
    }
}
