namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>The rule for names of roles and bindings: anything that can stand in a path.</summary>
internal static class PathSegmentNames
{
    /// <summary>What is wrong with the name; nothing as a rule.</summary>
    public static IReadOnlyList<string> Check(string name)
    {
        if (name is "." or "..") return [$"may not be '{name}'"];
        return [.. new[] { "/", "%" }.Where(c => name.Contains(c, StringComparison.Ordinal)).Select(c => $"may not contain '{c}'")];
    }
}
