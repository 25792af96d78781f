using Podkit.Model;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules for names of kinds whose names are not DNS subdomains.</summary>
internal static class NameRules
{
    /// <summary>What may stand as one element of a path: RBAC's names.</summary>
    public static IReadOnlyList<string> PathSegment(string name)
    {
        if (name is "." or "..") return [$"may not be '{name}'"];
        return [.. new[] { "/", "%" }.Where(name.Contains).Select(c => $"may not contain '{c}'")];
    }

    /// <summary>A subdomain short enough for the jobs that are named after it.</summary>
    public static IReadOnlyList<string> CronJob(string name) =>
        name.Length > 52 ? [.. Names.IsDns1123Subdomain(name), "must be no more than 52 characters"] : Names.IsDns1123Subdomain(name);
}
