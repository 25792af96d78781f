using System.Globalization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Responses;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Streaming;

/// <summary>The last word on how a command in a container ended, as a kubelet words it.</summary>
internal static class ExitStatus
{
    public static byte[] Of(int exitCode, IReadOnlyList<string> command)
    {
        if (exitCode == 0) return StatusText.ToJson(new Status { StatusValue = "Success" }, withKind: false);
        var code = exitCode.ToString(CultureInfo.InvariantCulture);
        return StatusText.ToJson(
            new Status
            {
                StatusValue = "Failure",
                Message = $"command terminated with non-zero exit code: error executing command [{string.Join(' ', command)}], exit code {code}",
                Reason = "NonZeroExitCode",
                Details = new StatusDetails { Causes = [new StatusCause { Reason = "ExitCode", Message = code }] },
            },
            withKind: false);
    }

    /// <summary>The command could not be run.</summary>
    public static byte[] Of(KubeletException failure, bool attaching) =>
        StatusText.ToJson(ApiException.InternalError($"error {(attaching ? "attaching to container" : "executing command in container")}: {failure.Message}").Status, withKind: false);
}
