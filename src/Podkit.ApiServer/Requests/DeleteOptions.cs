using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Requests;

/// <summary>How to delete: the body of the request, or its query.</summary>
internal sealed record DeleteOptions
{
    private static readonly string[] Policies = ["Foreground", "Background", "Orphan"];

    public bool DryRun { get; init; }

    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Foreground</c>, <c>Background</c>, <c>Orphan</c> or null for the default.</summary>
    public string? PropagationPolicy { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public static DeleteOptions Read(ApiRequest request, JsonObject? body)
    {
        var errors = new List<FieldError>();
        var dryRun = body is null ? request.QueryAll("dryRun") : [.. body.Texts("dryRun"), .. request.QueryAll("dryRun")];
        WriteOptions.CheckDryRun(dryRun, errors);
        var policy = body?.Text("propagationPolicy") is { Length: > 0 } p ? p : request.Query("propagationPolicy");
        var orphan = body?["orphanDependents"] is not null ? (bool?)body.IsTrue("orphanDependents") : null;
        if (policy is { Length: > 0 } && !Policies.Contains(policy))
            errors.Add(FieldError.NotSupported(FieldPath.Root("propagationPolicy"), policy, [.. Policies, "nil"]));
        if (policy is { Length: > 0 } && orphan is not null)
            errors.Add(FieldError.Invalid(FieldPath.Root("propagationPolicy"), policy, "orphanDependents and deletionPropagation cannot be both set"));
        if (errors.Count > 0) throw ApiException.Invalid("meta.k8s.io", "DeleteOptions", "", errors);
        return new DeleteOptions
        {
            DryRun = dryRun.Count > 0,
            GracePeriodSeconds = body?.Number("gracePeriodSeconds") ?? (long.TryParse(request.Query("gracePeriodSeconds"), out var seconds) ? seconds : null),
            PropagationPolicy = string.IsNullOrEmpty(policy) ? orphan switch { true => "Orphan", false => "Background", null => null } : policy,
            Uid = body?.TextAt("preconditions.uid") is { Length: > 0 } uid ? uid : null,
            ResourceVersion = body?.TextAt("preconditions.resourceVersion") is { Length: > 0 } version ? version : null,
        };
    }
}
