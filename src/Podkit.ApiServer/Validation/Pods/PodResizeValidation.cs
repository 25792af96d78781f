using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>What a resize may change: cpu and memory of containers, without changing the pod's quality of service.</summary>
internal static class PodResizeValidation
{
    private static readonly FieldPath Spec = FieldPath.Root("spec");

    public static void Validate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        PodValidation.ValidateStored(PodValidation.Read(obj), errors);
        var (spec, before) = (obj.EnsureObject("spec"), old.EnsureObject("spec"));
        if (PodResources.QosClass(spec) != PodResources.QosClass(before))
            errors.Add(FieldError.Invalid(Spec, old.Object("status").Text("qosClass"), "Pod QOS Class may not change as a result of resizing"));
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach (var ((container, earlier), i) in spec.Objects(list).Zip(before.Objects(list)).Select((pair, i) => (pair, i)))
                ValidateContainer(container, earlier, list == "initContainers", Spec.Child(list).Index(i), errors);
        }
    }

    private static void ValidateContainer(JsonObject container, JsonObject before, bool init, FieldPath path, List<FieldError> errors)
    {
        if (JsonNode.DeepEquals(container["resources"], before["resources"])) return;
        if (init && container.Text("restartPolicy") != "Always")
        {
            errors.Add(FieldError.Forbidden(Spec, "only pod-level or container-level cpu and memory resources and sidecar resources are mutable"));
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["limits", "requests"])
        {
            var (now, earlier) = (container.Object("resources").Texts(field), before.Object("resources").Texts(field));
            foreach (var name in now.Keys.Union(earlier.Keys).Order(StringComparer.Ordinal))
            {
                var place = path.Child("resources").Child(field);
                if (!now.ContainsKey(name) && name is ("cpu" or "memory")) errors.Add(FieldError.Forbidden(place, $"resource {field} cannot be removed"));
                else if (name is not ("cpu" or "memory") && now.GetValueOrDefault(name) != earlier.GetValueOrDefault(name))
                    errors.Add(FieldError.Forbidden(Spec, "only cpu and memory resources are mutable"));
            }
        }
    }
}
