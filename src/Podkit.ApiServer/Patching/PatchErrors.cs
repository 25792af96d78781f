using Podkit.ApiServer.Errors;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Patching;

/// <summary>The refusals of patches, as kube-apiserver answers them.</summary>
internal static class PatchErrors
{
    /// <summary>400: the patch is not what its media type says.</summary>
    public static ApiException BadRequest(string message) => ApiException.BadRequest(message);

    /// <summary>413: more operations than are allowed.</summary>
    public static ApiException TooManyOperations(int limit, int count) => ApiException.Make(
        413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {limit}, got {count}", null);

    /// <summary>422 with a sentence that does not say why: that is all that Kubernetes tells of an operation that fails.</summary>
    public static ApiException Unprocessable() => ApiException.Make(
        422, "Invalid", "the server rejected our request due to an error in our request", new StatusDetails());

    /// <summary>500 without a reason: what Kubernetes answers where its own code did not foresee the mistake.</summary>
    public static ApiException Failed(string message) => new(new Status { StatusValue = "Failure", Message = message, Code = 500 });
}
