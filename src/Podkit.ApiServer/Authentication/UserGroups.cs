namespace Podkit.ApiServer.Authentication;

/// <summary>Groups that Kubernetes puts users into by itself.</summary>
internal static class UserGroups
{
    /// <summary>Everyone who has proved who he is.</summary>
    public const string Authenticated = "system:authenticated";

    /// <summary>Everyone else.</summary>
    public const string Unauthenticated = "system:unauthenticated";

    /// <summary>The node agents.</summary>
    public const string Nodes = "system:nodes";

    /// <summary>Node agents that also schedule: what the ClusterRole <c>podkit:local-node</c> adds is theirs.</summary>
    public const string LocalNodes = "podkit:local-nodes";

    /// <summary>The user with <see cref="Authenticated"/> among his groups.</summary>
    public static UserInfo WithAuthenticated(UserInfo user) =>
        user.Groups.Contains(Authenticated) || user.Groups.Contains(Unauthenticated) ? user : user with { Groups = [.. user.Groups, Authenticated] };
}
