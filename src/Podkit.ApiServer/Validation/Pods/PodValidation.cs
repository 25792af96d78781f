using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of pods, in the order in which Kubernetes tells about them.</summary>
internal static class PodValidation
{
    private static readonly FieldPath Spec = FieldPath.Root("spec");

    /// <summary>Checks a new pod.</summary>
    public static void Validate(JsonObject document, List<FieldError> errors)
    {
        var pod = Read(document);
        ValidateStored(pod, errors);
        if (pod.Spec.EphemeralContainers is { Count: > 0 })
            errors.Add(FieldError.Forbidden(Spec.Child("ephemeralContainers"), "cannot be set on create"));
        if (pod.Spec.NodeName is { Length: > 0 } && pod.Spec.SchedulingGates is { Count: > 0 })
            errors.Add(FieldError.Forbidden(Spec.Child("nodeName"), "cannot be set until all schedulingGates have been cleared"));
    }

    /// <summary>Checks what holds for a pod at any time, new or changed.</summary>
    public static void ValidateStored(Pod pod, List<FieldError> errors)
    {
        PodSpecValidation.Validate(pod.Spec, Spec, isPod: true, errors);
        ValidateTokenSources(pod.Spec, errors);
        ValidateImages(pod.Spec.Containers, Spec.Child("containers"), errors);
        ValidateImages(pod.Spec.InitContainers, Spec.Child("initContainers"), errors);
    }

    /// <summary>The typed pod of a document.</summary>
    public static Pod Read(JsonObject document) => document.Deserialize(KubernetesJson.Default.CoreV1Pod)!;

    /// <summary>Tokens are issued to service accounts: a pod without one cannot have any.</summary>
    private static void ValidateTokenSources(PodSpec spec, List<FieldError> errors)
    {
        if (!string.IsNullOrEmpty(spec.ServiceAccountName)) return;
        var volumes = spec.Volumes ?? [];
        for (var i = 0; i < volumes.Count; i++)
        {
            var sources = volumes[i].Projected?.Sources ?? [];
            for (var j = 0; j < sources.Count; j++)
            {
                if (sources[j].ServiceAccountToken is null) continue;
                var path = Spec.Child("volumes").Index(i).Child("projected").Child("sources").Index(j).Child("serviceAccountToken");
                errors.Add(FieldError.Forbidden(path, "must not be specified when serviceAccountName is not set"));
            }
        }
    }

    private static void ValidateImages(List<Container>? containers, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (containers?.Count ?? 0); i++)
        {
            if (containers![i].Image is { Length: > 0 } image && image.Trim().Length != image.Length)
                errors.Add(FieldError.Invalid(path.Index(i).Child("image"), image, "must not have leading or trailing whitespace"));
        }
    }
}
