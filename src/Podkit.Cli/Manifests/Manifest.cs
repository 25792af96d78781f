using System.Text.Json.Nodes;
using Podkit.Model;
using Podkit.Model.Yaml;

namespace Podkit.Cli.Manifests;

/// <summary>One object of the user's manifests.</summary>
internal sealed record Manifest(YamlDocument Source, JsonObject Object, ResourceKind Kind)
{
    public string Name => Object["metadata"]?["name"]?.ToString() ?? Object["metadata"]?["generateName"]?.ToString() ?? "";

    public string? Namespace => Object["metadata"]?["namespace"]?.ToString();

    /// <summary>How messages name the object: <c>pod/web</c>.</summary>
    public string Display => $"{Kind.Singular}/{Name}";

    /// <summary>A problem with a field of the object, with file and line.</summary>
    public string Problem(string path, string message) =>
        $"{Source.File}:{Source.LineOf(path)}: {Kind.Kind} \"{Name}\": {(path.Length == 0 ? "" : path + ": ")}{message}";
}
