namespace Podkit.Ambassador;

/// <summary>What happens to a request that brings credentials of its own.</summary>
public enum ClientAuthorization
{
    /// <summary>It is refused: the ambassador speaks for its pod only.</summary>
    Forbid,

    /// <summary>Its <c>Authorization</c> header takes the place of the pod's token, as with kubectl proxy.</summary>
    Allow,
}
