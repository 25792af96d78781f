using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Errors;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Authentication;

/// <summary>Acting as someone else by the headers <c>Impersonate-User</c>, <c>-Group</c>, <c>-Uid</c> and <c>-Extra-…</c>. Each needs the right to.</summary>
internal static class Impersonation
{
    private const string Verb = "impersonate";
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string AuthenticationGroup = "authentication.k8s.io";
    private const string Anonymous = "system:anonymous";

    /// <summary>The user that the request is to be taken for: <paramref name="requestor"/> himself when it has no such header.</summary>
    /// <exception cref="ApiException">403 when the requestor may not; 500 when no user is named, as Kubernetes answers.</exception>
    public static UserInfo Apply(UserInfo requestor, IHeaderDictionary headers, IAuthorizer authorizer)
    {
        var user = headers[UserHeader].FirstOrDefault() ?? "";
        var groups = headers[GroupHeader].OfType<string>().ToList();
        var uid = headers[UidHeader].FirstOrDefault() ?? "";
        var extra = Extra(headers);
        if (user.Length == 0)
        {
            if (groups.Count == 0 && uid.Length == 0 && extra.Count == 0) return requestor;
            throw ApiException.Make(500, "InternalError", $"Internal error occurred: {NoUser(groups, uid, extra)}", new StatusDetails { Causes = [new StatusCause { Message = NoUser(groups, uid, extra) }] });
        }

        var isServiceAccount = ServiceAccounts.TrySplit(user, out var ns, out var name);
        Check(isServiceAccount ? Attributes("", "serviceaccounts", name) with { Namespace = ns } : Attributes("", "users", user));
        foreach (var group in groups) Check(Attributes("", "groups", group));
        foreach (var (key, values) in extra)
        {
            foreach (var value in values) Check(Attributes(AuthenticationGroup, "userextras", value) with { Subresource = key });
        }

        if (uid.Length > 0) Check(Attributes(AuthenticationGroup, "uids", uid));

        if (groups.Count == 0 && isServiceAccount) groups = [.. ServiceAccounts.Groups(ns)];
        AddStanding(user, groups);
        return new UserInfo(user, groups, uid, extra.Count == 0 ? null : extra);

        void Check(AuthorizationAttributes attributes)
        {
            var decision = authorizer.Authorize(requestor, attributes);
            if (!decision.Allowed) throw AccessDenied.Exception(requestor, attributes, decision.Reason);
        }
    }

    private static AuthorizationAttributes Attributes(string group, string resource, string name) =>
        new() { Verb = Verb, Group = group, Version = "v1", Resource = resource, Name = name };

    /// <summary>Whoever is impersonated counts as authenticated unless the headers say otherwise.</summary>
    private static void AddStanding(string user, List<string> groups)
    {
        if (user == Anonymous)
        {
            if (!groups.Contains(UserGroups.Unauthenticated)) groups.Add(UserGroups.Unauthenticated);
        }
        else if (!groups.Contains(UserGroups.Authenticated) && !groups.Contains(UserGroups.Unauthenticated))
        {
            groups.Add(UserGroups.Authenticated);
        }
    }

    /// <summary>The keys are lower-case and may be percent-encoded.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Extra(IHeaderDictionary headers)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (header, values) in headers)
        {
            if (!header.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            var key = Uri.UnescapeDataString(header[ExtraPrefix.Length..].ToLowerInvariant());
            extra[key] = [.. extra.GetValueOrDefault(key) ?? [], .. values.OfType<string>()];
        }

        return extra;
    }

    private static string NoUser(List<string> groups, string uid, Dictionary<string, IReadOnlyList<string>> extra)
    {
        List<string> asked = [.. groups.Select(g => $"group {GoStrings.Quote(g)}"), .. extra.Keys.Select(k => $"extra {GoStrings.Quote(k)}")];
        if (uid.Length > 0) asked.Add($"uid {GoStrings.Quote(uid)}");
        return $"requested [{string.Join(" ", asked)}] without impersonating a user";
    }
}
