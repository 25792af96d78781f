using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.DownwardApi;

public static partial class DownwardApiValidation
{
    private const string SizeDivisorText = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";

    private static readonly string[] ResourceFieldNames =
    [
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
    ];

    private static readonly HashSet<string> CpuDivisors = new(["1m", "1"], StringComparer.Ordinal);

    private static readonly HashSet<string> SizeDivisors = new(SizeDivisorText.Split(", "), StringComparer.Ordinal);

    private static void ValidateResource(ResourceFieldSelector selector, bool isVolume, FieldPath path, List<FieldError> errors)
    {
        if (isVolume && string.IsNullOrEmpty(selector.ContainerName))
            errors.Add(FieldError.Required(path.Child("containerName"), ""));
        else if (selector.Resource.Length == 0)
            errors.Add(FieldError.Required(path.Child("resource"), ""));
        else if (Array.IndexOf(ResourceFieldNames, selector.Resource) < 0 && !IsHugePagesField(selector.Resource))
            errors.Add(FieldError.NotSupported(path.Child("resource"), selector.Resource, ResourceFieldNames));
        ValidateDivisor(selector, path.Child("divisor"), errors);
    }

    private static void ValidateDivisor(ResourceFieldSelector selector, FieldPath path, List<FieldError> errors)
    {
        if (selector.Divisor is not { Sign: not 0 } divisor)
            return;
        var (allowed, list, resource) = selector.Resource switch
        {
            "limits.cpu" or "requests.cpu" => (CpuDivisors, "1m and 1", "cpu"),
            "limits.memory" or "requests.memory" => (SizeDivisors, SizeDivisorText, "memory"),
            "limits.ephemeral-storage" or "requests.ephemeral-storage" => (SizeDivisors, SizeDivisorText, "local ephemeral storage"),
            var other when IsHugePagesField(other) => (SizeDivisors, SizeDivisorText, "hugepages"),
            _ => (null, "", ""),
        };
        if (allowed?.Contains(divisor.ToString()) == false)
            errors.Add(FieldError.Invalid(path, selector.Resource, $"only divisor's values {list} are supported with the {resource} resource"));
    }

    private static bool IsHugePagesField(string field) =>
        field.StartsWith("limits.hugepages-", StringComparison.Ordinal) || field.StartsWith("requests.hugepages-", StringComparison.Ordinal);
}
