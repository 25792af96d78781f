namespace Podkit.DownwardApi;

/// <summary>Why a container cannot start yet, in the words of a kubelet.</summary>
/// <param name="Reason">
/// For an environment the reason of the container's waiting state, <c>CreateContainerConfigError</c>; for a volume the reason of
/// the pod's event, <c>FailedMount</c>.
/// </param>
/// <param name="Message">The sentence, such as <c>configmap "settings" not found</c>.</param>
public sealed record DownwardApiError(string Reason, string Message)
{
    internal const string CreateContainerConfigError = nameof(CreateContainerConfigError);
    internal const string FailedMount = nameof(FailedMount);
}
