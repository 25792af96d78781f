using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Requests;

/// <summary>The query of a create, update or patch, checked.</summary>
/// <param name="DryRun">Whether nothing is stored.</param>
/// <param name="FieldValidation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>.</param>
internal readonly record struct WriteOptions(bool DryRun, string FieldValidation)
{
    private static readonly string[] Validations = ["", "Ignore", "Strict", "Warn"];

    /// <summary>Reads <c>CreateOptions</c>, <c>UpdateOptions</c> or <c>PatchOptions</c>.</summary>
    public static WriteOptions Read(ApiRequest request, string optionsKind, bool apply = false)
    {
        var errors = new List<FieldError>();
        var dryRun = request.QueryAll("dryRun");
        CheckDryRun(dryRun, errors);
        if (optionsKind == "PatchOptions") CheckPatch(request, apply, errors);
        CheckManager(request.Query("fieldManager") ?? "", errors);
        var validation = request.Query("fieldValidation") ?? "";
        if (!Validations.Contains(validation)) errors.Add(FieldError.NotSupported(FieldPath.Root("fieldValidation"), validation, Validations));
        if (errors.Count > 0) throw ApiException.Invalid("meta.k8s.io", optionsKind, "", errors);
        return new WriteOptions(dryRun.Count > 0, validation.Length == 0 ? "Warn" : validation);
    }

    public static void CheckDryRun(IReadOnlyList<string> values, List<FieldError> errors)
    {
        if (values.Any(v => v != "All"))
            errors.Add(FieldError.NotSupported(FieldPath.Root("dryRun"), new JsonArray([.. values.Select(v => JsonValue.Create(v))]), ["All"]));
    }

    private static void CheckPatch(ApiRequest request, bool apply, List<FieldError> errors)
    {
        if (apply && string.IsNullOrEmpty(request.Query("fieldManager"))) errors.Add(FieldError.Required(FieldPath.Root("fieldManager"), "is required for apply patch"));
        if (!apply && request.Query("force") is { Length: > 0 }) errors.Add(FieldError.Forbidden(FieldPath.Root("force"), "may not be specified for non-apply patch"));
    }

    private static void CheckManager(string manager, List<FieldError> errors)
    {
        if (manager.Length > 128) errors.Add(FieldError.TooLong(FieldPath.Root("fieldManager"), 128));
        else if (manager.Any(char.IsControl)) errors.Add(FieldError.Invalid(FieldPath.Root("fieldManager"), manager, "should only contain printable characters"));
    }
}
