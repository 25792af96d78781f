using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of <c>metadata</c>, the same for every kind but for the rule of names.</summary>
internal static class ObjectMetaValidation
{
    private const int AnnotationsLimit = 256 * 1024;
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";
    private static readonly FieldPath Root = FieldPath.Root("metadata");
    private static readonly HashSet<string> StandardFinalizers = new(StringComparer.Ordinal) { "kubernetes", Orphan, Foreground };
    private static readonly string[] ImmutableFields = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Checks a new object's metadata. The name that the server makes of <c>generateName</c> is there already.</summary>
    public static void Validate(JsonObject obj, ResourceStrategy strategy, List<FieldError> errors)
    {
        var meta = obj.Object("metadata") ?? [];
        ValidateName(meta, strategy, errors);
        ValidateNamespace(meta, strategy.Kind, errors);
        FieldChecks.NonNegative(meta.Number("generation"), Root.Child("generation"), errors);
        ValidateContent(meta, errors);
    }

    /// <summary>
    /// Checks changed metadata. Kubernetes checks it twice on update, once for every kind and once for the kind: each cause stands twice,
    /// the message tells it once.
    /// </summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var found = new List<FieldError>();
        var (meta, before) = (obj.Object("metadata") ?? [], old.Object("metadata") ?? []);
        if (before["deletionTimestamp"] is not null) ValidateNoNewFinalizers(meta, before, found);
        if (meta.Number("generation") is { } generation && generation < before.Number("generation"))
            found.Add(FieldError.Invalid(Root.Child("generation"), generation, "must not be decremented"));
        foreach (var field in ImmutableFields)
        {
            if (!JsonNode.DeepEquals(meta[field], before[field])) found.Add(FieldError.Invalid(Root.Child(field), meta[field], "field is immutable"));
        }

        ValidateContent(meta, found);
        errors.AddRange(found);
        errors.AddRange(found);
    }

    /// <summary>What is wrong with a name or, when <paramref name="prefix"/>, with the beginning of one.</summary>
    public static IReadOnlyList<string> CheckName(ResourceStrategy strategy, string name, bool prefix)
    {
        if (prefix && name.Length > 1 && name.EndsWith('-')) name = name[..^1] + "a";
        return strategy.ValidateName(name) ?? Names.IsDns1123Subdomain(name);
    }

    /// <summary>Checks labels, annotations, owners and finalizers; also those of a pod template.</summary>
    public static void ValidateTemplate(JsonObject template, FieldPath path, List<FieldError> errors)
    {
        var meta = template.Object("metadata");
        FieldChecks.Labels(meta.Texts("labels"), path.Child("labels"), errors);
        ValidateAnnotations(meta.Texts("annotations"), path.Child("annotations"), errors);
    }

    private static void ValidateName(JsonObject meta, ResourceStrategy strategy, List<FieldError> errors)
    {
        if (meta.Text("generateName") is { Length: > 0 } generate)
            FieldChecks.Names(CheckName(strategy, generate, prefix: true), generate, Root.Child("generateName"), errors);
        var name = meta.Text("name");
        if (name.Length == 0) errors.Add(FieldError.Required(Root.Child("name"), "name or generateName is required"));
        else FieldChecks.Names(CheckName(strategy, name, prefix: false), name, Root.Child("name"), errors);
    }

    private static void ValidateNamespace(JsonObject meta, ResourceKind kind, List<FieldError> errors)
    {
        var ns = meta.Text("namespace");
        if (!kind.Namespaced && ns.Length > 0) errors.Add(FieldError.Forbidden(Root.Child("namespace"), "not allowed on this type"));
        if (!kind.Namespaced) return;
        if (ns.Length == 0) errors.Add(FieldError.Required(Root.Child("namespace"), ""));
        else FieldChecks.DnsLabel(ns, Root.Child("namespace"), errors);
    }

    private static void ValidateContent(JsonObject meta, List<FieldError> errors)
    {
        FieldChecks.Labels(meta.Texts("labels"), Root.Child("labels"), errors);
        ValidateAnnotations(meta.Texts("annotations"), Root.Child("annotations"), errors);
        ValidateOwners(meta, errors);
        ValidateFinalizers(meta, errors);
    }

    private static void ValidateAnnotations(Dictionary<string, string> annotations, FieldPath path, List<FieldError> errors)
    {
        var size = 0L;
        foreach (var (key, value) in annotations)
        {
            // The rule is about the key in lower case, the message about the key as it is.
            FieldChecks.Names(Names.IsQualifiedName(key.ToLowerInvariant()), key, path, errors);
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }

        if (size > AnnotationsLimit) errors.Add(FieldError.TooLong(path, AnnotationsLimit));
    }

    private static void ValidateOwners(JsonObject meta, List<FieldError> errors)
    {
        var path = Root.Child("ownerReferences");
        string? controller = null;
        foreach (var owner in meta.Objects("ownerReferences"))
        {
            if (owner.Text("apiVersion") is var version && version.Split('/')[^1].Length == 0) errors.Add(FieldError.Invalid(path.Child("apiVersion"), version, "version must not be empty"));
            foreach (var field in (ReadOnlySpan<string>)["kind", "name", "uid"])
            {
                if (owner.Text(field).Length == 0) errors.Add(FieldError.Invalid(path.Child(field), "", $"{field} must not be empty"));
            }

            if (version == "v1" && owner.Text("kind") == "Event") errors.Add(FieldError.Invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner"));
            if (!owner.Flag("controller")) continue;
            var current = $"{owner.Text("kind")}/{owner.Text("name")}";
            if (controller is null) controller = current;
            else errors.Add(FieldError.Invalid(path, meta["ownerReferences"], $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {current}"));
        }
    }

    private static void ValidateFinalizers(JsonObject meta, List<FieldError> errors)
    {
        var path = Root.Child("finalizers");
        var finalizers = Finalizers(meta);
        foreach (var finalizer in finalizers) FieldChecks.QualifiedName(finalizer, path, errors);
        if (finalizers.Contains(Orphan) && finalizers.Contains(Foreground))
            errors.Add(FieldError.Invalid(path, meta["finalizers"], $"finalizer {Orphan} and {Foreground} cannot be both set"));
        for (var i = 0; i < finalizers.Count; i++)
        {
            if (!finalizers[i].Contains('/', StringComparison.Ordinal) && !StandardFinalizers.Contains(finalizers[i]))
                errors.Add(FieldError.Invalid(path.Index(i), finalizers[i], "name is neither a standard finalizer name nor is it fully qualified"));
        }
    }

    private static void ValidateNoNewFinalizers(JsonObject meta, JsonObject before, List<FieldError> errors)
    {
        var added = Finalizers(meta).Except(Finalizers(before)).Order(StringComparer.Ordinal).ToList();
        if (added.Count == 0) return;
        errors.Add(FieldError.Forbidden(
            Root.Child("finalizers"),
            $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(f => $"\"{f}\""))}}}"));
    }

    private static List<string> Finalizers(JsonObject meta) =>
        meta["finalizers"] is JsonArray list ? [.. list.Select(f => f is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : "")] : [];
}
