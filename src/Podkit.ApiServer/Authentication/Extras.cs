namespace Podkit.ApiServer.Authentication;

/// <summary>The keys of what is known of a user besides name and groups.</summary>
internal static class Extras
{
    public const string CredentialId = "authentication.kubernetes.io/credential-id";
    public const string PodName = "authentication.kubernetes.io/pod-name";
    public const string PodUid = "authentication.kubernetes.io/pod-uid";
    public const string NodeName = "authentication.kubernetes.io/node-name";
    public const string NodeUid = "authentication.kubernetes.io/node-uid";
}
