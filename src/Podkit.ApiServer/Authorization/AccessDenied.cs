using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Authorization;

/// <summary>The 403 of a request that its sender may not make, in Kubernetes' words.</summary>
internal static class AccessDenied
{
    /// <param name="user">Who asked.</param>
    /// <param name="attributes">For what.</param>
    /// <param name="reason">What the authoriser said, or nothing.</param>
    public static ApiException Exception(UserInfo user, AuthorizationAttributes attributes, string reason)
    {
        var sentence = Sentence(user, attributes).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        var problem = reason.Length == 0 ? sentence : $"{sentence}: {reason}";
        return ApiException.Forbidden(attributes.Group, attributes.Resource, attributes.Name, problem);
    }

    private static string Sentence(UserInfo user, AuthorizationAttributes attributes)
    {
        var name = GoStrings.Quote(user.Name);
        if (!attributes.IsResource) return $"User {name} cannot {attributes.Verb} path {GoStrings.Quote(attributes.Path)}";
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var place = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace {GoStrings.Quote(attributes.Namespace)}";
        return $"User {name} cannot {attributes.Verb} resource {GoStrings.Quote(resource)} in API group {GoStrings.Quote(attributes.Group)} {place}";
    }
}
