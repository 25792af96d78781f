using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer;
using Podkit.Cli.Output;
using Podkit.Model.Core.V1;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.Cli.Manifests;

/// <summary>Checks manifests before anything runs, so that each mistake is told with its file, its line and what is allowed.</summary>
internal static class ManifestCheck
{
    private const string VariableFields = "metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs";
    private const string VolumeFields = "metadata.name, metadata.namespace, metadata.uid, metadata.labels, metadata.annotations, metadata.labels['KEY'], metadata.annotations['KEY']";

    /// <summary>Throws with every problem found, one a line.</summary>
    /// <exception cref="CliException">There are problems.</exception>
    public static void ThrowIfBad(IReadOnlyList<Manifest> manifests)
    {
        var problems = manifests.SelectMany(Shape).ToList();
        if (problems.Count == 0) problems.AddRange(Duplicates(manifests));
        if (problems.Count == 0) problems.AddRange(manifests.SelectMany(Rules));
        if (problems.Count == 0)
            foreach (var manifest in manifests.Where(m => m.Kind.Kind == "Pod")) problems.AddRange(PodReferences.Check(manifest, manifests));
        if (problems.Count > 0) throw CliException.BadInput(string.Join('\n', problems));
    }

    /// <summary>The typed form of an object whose shape has been checked.</summary>
    public static Pod ToPod(JsonObject value) => value.Deserialize(Pod.JsonTypeInfo)!;

    private static IEnumerable<string> Shape(Manifest manifest) =>
        SchemaRegistry.FindKind(manifest.Kind.Group, manifest.Kind.Version, manifest.Kind.Kind) is { } schema
            ? SchemaCheck.Check(manifest.Object, schema).Select(p => manifest.Problem(p.Path, p.Message))
            : [];

    private static IEnumerable<string> Duplicates(IReadOnlyList<Manifest> manifests) =>
        manifests.Where(m => m.Object["metadata"]!["name"] is not null)
            .GroupBy(m => (m.Kind.Group, m.Kind.Kind, m.Namespace ?? "default", m.Name)).Where(g => g.Count() > 1)
            .SelectMany(g => g.Skip(1).Select(m => m.Problem("metadata.name", $"stands twice, first in {g.First().Source.File}:{g.First().Line("metadata.name")}")));

    private static IEnumerable<string> Rules(Manifest manifest) =>
        ObjectRules.Validate(manifest.Kind, manifest.Object, manifest.Namespace ?? "default").Select(e => manifest.Problem(e.Field, e.Message + Allowed(e)));

    /// <summary>Kubernetes says that a fieldPath is wrong, but not which would be right.</summary>
    private static string Allowed(FieldError error) =>
        error.Type != FieldErrorType.FieldValueInvalid || !error.Field.EndsWith(".fieldRef.fieldPath", StringComparison.Ordinal) ? ""
            : "; allowed are " + (error.Field.StartsWith("spec.volumes", StringComparison.Ordinal) ? VolumeFields : VariableFields);
}
