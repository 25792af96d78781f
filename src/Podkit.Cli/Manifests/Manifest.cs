using System.Text.Json.Nodes;
using Podkit.Model;
using Podkit.Model.Yaml;

namespace Podkit.Cli.Manifests;

/// <summary>One object of the user's manifests.</summary>
/// <param name="Source">The document that it stands in.</param>
/// <param name="Object">The object.</param>
/// <param name="Kind">Its resource.</param>
/// <param name="Place">Where in the document it stands: empty, or such as <c>items[2]</c> in a list.</param>
internal sealed record Manifest(YamlDocument Source, JsonObject Object, ResourceKind Kind, string Place = "")
{
    public string Name => Object["metadata"]?["name"]?.ToString() ?? Object["metadata"]?["generateName"]?.ToString() ?? "";

    public string? Namespace => Object["metadata"]?["namespace"]?.ToString();

    /// <summary>How messages name the object: <c>pod/web</c>.</summary>
    public string Display => $"{Kind.Singular}/{Name}";

    /// <summary>The line of a field of the object, or of what holds it.</summary>
    public int Line(string path) => Source.LineOf(Join(Place, path));

    public static string Join(string place, string path) => place.Length == 0 || path.Length == 0 ? place + path : $"{place}.{path}";

    /// <summary>A problem with a field of the object, with file and line.</summary>
    public string Problem(string path, string message) =>
        $"{Source.File}:{Line(path)}: {Kind.Kind} \"{Name}\": {(path.Length == 0 ? "" : path + ": ")}{message}";
}
