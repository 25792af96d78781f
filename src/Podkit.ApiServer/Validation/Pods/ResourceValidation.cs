using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of requests and limits.</summary>
internal static class ResourceValidation
{
    /// <summary>Checks what a container asks for.</summary>
    public static void Validate(ResourceRequirements resources, FieldPath path, List<FieldError> errors)
    {
        var (limits, requests) = (resources.Limits ?? [], resources.Requests ?? []);
        foreach (var (name, limit) in limits) ValidateQuantity(name, limit, path.Child("limits").Key(name), errors);
        foreach (var (name, request) in requests)
        {
            ValidateQuantity(name, request, path.Child("requests").Key(name), errors);
            ValidateLimit(name, request, limits, path, errors);
        }

        var all = limits.Keys.Concat(requests.Keys).ToList();
        if (all.Any(IsHugePage) && !all.Any(name => name is "cpu" or "memory")) errors.Add(FieldError.Forbidden(path, "HugePages require cpu or memory"));
    }

    /// <summary>Checks what a pod as a whole asks for.</summary>
    public static void ValidatePod(ResourceRequirements resources, FieldPath path, List<FieldError> errors)
    {
        foreach (var (field, list) in new[] { ("limits", resources.Limits), ("requests", resources.Requests) })
        {
            foreach (var name in (list ?? []).Keys.Where(name => !PodResources.IsPodLevel(name)))
                errors.Add(FieldError.NotSupportedInOrder(path.Child(field).Key(name), name, ["cpu", "hugepages-", "memory"]));
        }

        if (resources.Claims is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("claims"), "claims may not be set for Resources at pod-level"));
        Validate(resources, path, errors);
    }

    /// <summary>Checks what running the pod costs beside its containers.</summary>
    public static void ValidateOverhead(Dictionary<string, Quantity>? overhead, FieldPath path, List<FieldError> errors)
    {
        foreach (var (name, quantity) in overhead ?? []) ValidateQuantity(name, quantity, path.Key(name), errors);
    }

    private static void ValidateLimit(string name, Quantity request, Dictionary<string, Quantity> limits, FieldPath path, List<FieldError> errors)
    {
        var overcommit = IsNative(name) && !IsHugePage(name);
        if (!limits.TryGetValue(name, out var limit))
        {
            if (!overcommit) errors.Add(FieldError.Required(path.Child("limits"), "Limit must be set for non overcommitable resources"));
        }
        else if (!overcommit && request != limit)
        {
            errors.Add(FieldError.Invalid(path.Child("requests"), request.ToString(), $"must be equal to {name} limit of {limit}"));
        }
        else if (request > limit)
        {
            errors.Add(FieldError.Invalid(path.Child("requests"), request.ToString(), $"must be less than or equal to {name} limit of {limit}"));
        }
    }

    private static void ValidateQuantity(string name, Quantity quantity, FieldPath path, List<FieldError> errors)
    {
        var problems = Names.IsQualifiedName(name);
        FieldChecks.Names(problems, name, path, errors);
        if (problems.Count == 0 && !name.Contains('/', StringComparison.Ordinal) && name is not ("cpu" or "memory" or "ephemeral-storage") && !IsHugePage(name))
            errors.Add(FieldError.Invalid(path, name, "must be a standard resource for containers"));
        else if (problems.Count == 0 && !IsNative(name) && !IsExtended(name))
            errors.Add(FieldError.Invalid(path, name, "doesn't follow extended resource name standard"));
        if (quantity.Sign < 0) errors.Add(FieldError.Invalid(path, quantity.ToString(), "must be greater than or equal to 0"));
        if (!IsNative(name) && quantity.MilliValue % 1000 != 0) errors.Add(FieldError.Invalid(path, quantity.ToString(), "must be an integer"));
    }

    private static bool IsHugePage(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    /// <summary>Whether the resource is Kubernetes' own: cpu, or of the kubernetes.io domain.</summary>
    private static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool IsExtended(string name) =>
        !name.StartsWith("requests.", StringComparison.Ordinal) && Names.IsQualifiedName("requests." + name).Count == 0;
}
