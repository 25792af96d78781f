using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>What is allowed in a pod's spec but hardly meant: clients get it told and go on.</summary>
internal static class PodWarnings
{
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>Adds the warnings about a spec, of a pod or of a template.</summary>
    public static void OfSpec(JsonObject spec, FieldPath path, List<string> warnings)
    {
        if (spec.Number("terminationGracePeriodSeconds") < 0)
            warnings.Add($"{path.Child("terminationGracePeriodSeconds")}: must be >= 0; negative values are invalid and will be treated as 1");
        foreach (var (secret, i) in spec.Objects("imagePullSecrets").Select((s, i) => (s, i)))
        {
            if (secret.Text("name").Length == 0) warnings.Add($"{path.Child("imagePullSecrets").Index(i).Child("name")}: invalid empty name \"\"");
        }

        foreach (var (volume, i) in spec.Objects("volumes").Select((v, i) => (v, i)))
        {
            if (volume["gitRepo"] is not null) warnings.Add($"{path.Child("volumes").Index(i).Child("gitRepo")}: deprecated in v1.11, and disabled by default in v1.33+");
        }

        foreach (var list in ContainerLists)
        {
            foreach (var (container, i) in spec.Objects(list).Select((c, i) => (c, i))) OfContainer(container, path.Child(list).Index(i), warnings);
        }
    }

    private static void OfContainer(JsonObject container, FieldPath path, List<string> warnings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (variable, i) in container.Objects("env").Select((v, i) => (v, i)))
        {
            var name = variable.Text("name");
            if (!names.Add(name)) warnings.Add($"{path.Child("env").Index(i)}: hides previous definition of \"{name}\", which may be dropped when using apply");
        }

        var ports = new Dictionary<(long?, string), FieldPath>();
        foreach (var (port, i) in container.Objects("ports").Select((p, i) => (p, i)))
        {
            var place = path.Child("ports").Index(i);
            if (!ports.TryAdd((port.Number("containerPort"), port.Text("protocol")), place))
                warnings.Add($"{place}: duplicate port definition with {ports[(port.Number("containerPort"), port.Text("protocol"))]}");
        }

        foreach (var field in (ReadOnlySpan<string>)["limits", "requests"]) OfQuantities(container.Object("resources")?.Object(field), path.Child("resources").Child(field), warnings);
    }

    private static void OfQuantities(JsonObject? quantities, FieldPath path, List<string> warnings)
    {
        foreach (var (name, value) in quantities ?? [])
        {
            if (name is not ("memory" or "ephemeral-storage") || !Quantity.TryParse(value?.ToString(), out var quantity)) continue;
            if (quantity.CompareTo(Quantity.Parse(quantity.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))) != 0)
                warnings.Add($"{path.Key(name)}: fractional byte value \"{quantity}\" is invalid, must be an integer");
        }
    }
}
