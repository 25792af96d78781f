using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>What counts of a stored role binding or cluster role binding.</summary>
/// <param name="Role">The role that is bound.</param>
/// <param name="Subjects">To whom.</param>
internal sealed record BindingContent(RoleRef Role, IReadOnlyList<Subject> Subjects);
