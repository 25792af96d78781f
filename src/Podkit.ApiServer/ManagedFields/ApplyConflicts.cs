using System.Text.Json;
using Podkit.ApiServer.Errors;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>The 409 of an apply that would change what others own.</summary>
internal static class ApplyConflicts
{
    public static ApiException Refuse(IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> conflicts)
    {
        var named = conflicts
            .Select(x => (Manager: Describe(x.Owner), Paths: Paths(x.Fields)))
            .OrderBy(x => x.Manager, StringComparer.Ordinal)
            .ToList();
        var causes = named.SelectMany(x => x.Paths.Select(path => new StatusCause
        {
            Reason = "FieldManagerConflict",
            Message = $"conflict with {x.Manager}",
            Field = path,
        })).ToList();
        if (causes.Count == 1)
            return ApiException.ApplyConflict($"Apply failed with 1 conflict: conflict with {named[0].Manager}: {causes[0].Field}", causes);
        var lines = named.GroupBy(x => x.Manager, StringComparer.Ordinal)
            .SelectMany(x => x.SelectMany(y => y.Paths).Select(path => $"- {path}").Prepend($"conflicts with {x.Key}:"));
        return ApiException.ApplyConflict($"Apply failed with {causes.Count} conflicts: {string.Join('\n', lines)}", causes);
    }

    private static string Describe(ManagerEntry owner)
    {
        var text = $"\"{JsonEncodedText.Encode(owner.Manager, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        if (owner.Subresource.Length > 0) text += $" with subresource \"{owner.Subresource}\"";
        return owner.IsApply ? text : $"{text} using {owner.ApiVersion}";
    }

    private static List<string> Paths(FieldSet set)
    {
        var paths = new List<string>();
        Collect(set, "", paths);
        return paths;
    }

    /// <summary>The paths of a node come before those below it.</summary>
    private static void Collect(FieldSet set, string path, List<string> paths)
    {
        var children = FieldSetJson.Sorted(set);
        foreach (var (element, child) in children)
            if (child.IsMember) paths.Add(path + PathElement.Display(element));
        foreach (var (element, child) in children)
            if (child.HasChildren) Collect(child, path + PathElement.Display(element), paths);
    }
}
