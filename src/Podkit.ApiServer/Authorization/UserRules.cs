using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization;

/// <summary>All that someone may do, as far as it can be told.</summary>
/// <param name="Rules">The rules, one binding's after the other's.</param>
/// <param name="Errors">What could not be resolved, such as bindings to roles that do not exist.</param>
/// <param name="Incomplete">Whether more may be allowed than the rules say.</param>
internal sealed record UserRules(IReadOnlyList<PolicyRule> Rules, IReadOnlyList<string> Errors, bool Incomplete = false);
