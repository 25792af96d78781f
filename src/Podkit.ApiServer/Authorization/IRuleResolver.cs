using Podkit.ApiServer.Authentication;

namespace Podkit.ApiServer.Authorization;

/// <summary>Tells all that someone may do.</summary>
internal interface IRuleResolver
{
    /// <summary>The user's rules in a namespace and in the cluster; those of the cluster alone when the namespace is empty.</summary>
    UserRules RulesFor(UserInfo user, string ns);
}
