using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>Assigns a pod to a node.</summary>
internal static class PodBinding
{
    private const string Resource = "pods/binding";

    /// <summary>Puts the node into the pod, once and for all.</summary>
    /// <param name="pod">The pod as it is stored; it is changed.</param>
    /// <param name="binding">The Binding that the client sent.</param>
    /// <param name="name">The pod's name, from the path.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ApiException">The binding is malformed, or the pod cannot be assigned any more.</exception>
    public static void Apply(JsonObject pod, JsonObject binding, string name, DateTimeOffset now)
    {
        if (binding.Object("metadata").Text("name") is { Length: > 0 } given && given != name) throw ApiException.BadRequest("name in URL does not match name in Binding object");
        Validate(binding, name);
        var node = binding.Object("target").Text("name");
        var metadata = pod.EnsureObject("metadata");
        var spec = pod.EnsureObject("spec");
        if (binding.Object("metadata").Text("uid") is { Length: > 0 } uid && uid != metadata.Text("uid"))
            throw ApiException.Conflict("", Resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {metadata.Text("uid")}");
        if (metadata["deletionTimestamp"] is not null) throw ApiException.Conflict("", Resource, name, $"pod {name} is being deleted, cannot be assigned to a host");
        if (spec.Text("nodeName") is { Length: > 0 } already) throw ApiException.Conflict("", Resource, name, $"pod {name} is already assigned to node \"{already}\"");
        if (spec.Objects("schedulingGates").Any()) throw ApiException.Conflict("", Resource, name, $"pod {name} has non-empty .spec.schedulingGates");
        spec["nodeName"] = node;
        foreach (var (key, value) in binding.Object("metadata").Texts("annotations")) metadata.EnsureObject("annotations")[key] = value;
        PodConditions.Set(pod, "PodScheduled", "True", null, null, now);
    }

    private static void Validate(JsonObject binding, string name)
    {
        var errors = new List<FieldError>();
        var target = FieldPath.Root("target");
        if (binding.Object("target").Text("kind") is { Length: > 0 } kind && kind != "Node")
            errors.Add(FieldError.NotSupportedInOrder(target.Child("kind"), kind, ["Node", "<empty>"]));
        if (binding.Object("target").Text("name").Length == 0) errors.Add(FieldError.Required(target.Child("name"), ""));
        if (errors.Count > 0) throw ApiException.Invalid("", "Binding", name, errors);
    }
}
