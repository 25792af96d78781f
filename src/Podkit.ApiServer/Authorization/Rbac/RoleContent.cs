using Podkit.Model.Rbac.V1;
using Podkit.Model.Selectors;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>What counts of a stored role or cluster role.</summary>
/// <param name="Rules">Its rules.</param>
/// <param name="Aggregated">The selectors of the cluster roles whose rules it gathers; null when it gathers none.</param>
internal sealed record RoleContent(IReadOnlyList<PolicyRule> Rules, IReadOnlyList<LabelSelector>? Aggregated);
