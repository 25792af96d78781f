using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Handlers;

/// <summary>Words a refusal of the kubelet for the client.</summary>
internal static class KubeletRefusal
{
    public static ApiException Of(KubeletException refusal, string message) => refusal.StatusCode == 500
        ? ApiException.InternalError(message)
        : ApiException.Make(refusal.StatusCode, Reason(refusal.StatusCode), message, null);

    private static string Reason(int code) => code switch
    {
        400 => "BadRequest",
        404 => "NotFound",
        501 => "NotImplemented",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    };
}
