namespace Podkit.Node.Tokens;

/// <summary>What a token is for.</summary>
/// <param name="PodUid">The uid of the pod that it is bound to.</param>
/// <param name="PodName">The pod's name.</param>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="ServiceAccount">The pod's service account.</param>
/// <param name="Audience">Who may take it; empty is the API server.</param>
/// <param name="ExpirationSeconds">How long it should live.</param>
internal sealed record TokenKey(string PodUid, string PodName, string Namespace, string ServiceAccount, string Audience, long ExpirationSeconds);
