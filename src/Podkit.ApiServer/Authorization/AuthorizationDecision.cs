namespace Podkit.ApiServer.Authorization;

/// <summary>The answer of an authoriser.</summary>
/// <param name="Allowed">Whether the request may go on.</param>
/// <param name="Reason">Why, as SubjectAccessReview shows it.</param>
internal readonly record struct AuthorizationDecision(bool Allowed, string Reason);
