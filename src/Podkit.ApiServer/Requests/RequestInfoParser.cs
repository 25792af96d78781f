using Podkit.Model.Selectors;

namespace Podkit.ApiServer.Requests;

/// <summary>Reads what a request asks for from its method, path and query.</summary>
internal static class RequestInfoParser
{
    private static readonly HashSet<string> NamespaceSubresources = ["status", "finalize"];

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, unescaped.</param>
    /// <param name="query">The value of a query parameter, or null.</param>
    public static RequestInfo Parse(string method, string path, Func<string, string?> query)
    {
        var other = new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var start = parts switch
        {
            ["api", _, _, ..] => 2,
            ["apis", _, _, _, ..] => 3,
            _ => 0,
        };
        if (start == 0) return other;

        var verb = VerbOf(method);
        var rest = parts.AsSpan(start);
        if (rest[0] is "watch" or "proxy" && rest.Length > 1 && verb is "get")
        {
            verb = rest[0] == "watch" ? "watch" : verb;
            rest = rest[1..];
        }

        var ns = "";
        if (rest[0] == "namespaces" && rest.Length > 1)
        {
            ns = rest[1];
            if (rest.Length > 2 && !NamespaceSubresources.Contains(rest[2])) rest = rest[2..];
        }

        var info = other with
        {
            IsResource = true,
            Verb = verb,
            Group = start == 3 ? parts[1] : "",
            Version = parts[start - 1],
            Namespace = ns,
            Resource = rest[0],
            Name = rest.Length > 1 ? rest[1] : "",
            HasNameInPath = rest.Length > 1,
            Subresource = rest.Length > 2 ? rest[2] : "",
            Rest = rest.Length > 3 ? string.Join('/', rest[3..].ToArray()) : "",
        };
        return info.HasNameInPath && verb != "watch" ? info : OfCollection(info, query);
    }

    private static string VerbOf(string method) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    };

    private static RequestInfo OfCollection(RequestInfo info, Func<string, string?> query)
    {
        var verb = info.Verb switch
        {
            "get" when IsTrue(query("watch")) => "watch",
            "get" => "list",
            "delete" => "deletecollection",
            var v => v,
        };
        return info with { Verb = verb, Name = verb is "list" or "watch" or "deletecollection" && !info.HasNameInPath ? NameInSelector(query("fieldSelector")) : info.Name };
    }

    /// <summary>A collection narrowed to one name counts as that object for authorization.</summary>
    private static string NameInSelector(string? selector)
    {
        if (string.IsNullOrEmpty(selector)) return "";
        try
        {
            return FieldSelector.Parse(selector).Exact("metadata.name") ?? "";
        }
        catch (FormatException)
        {
            return "";
        }
    }

    internal static bool IsTrue(string? value) => value is not null && value is not ("false" or "0" or "False" or "FALSE" or "f" or "F");
}
