using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Client.Configuration;

/// <summary>Makes a configuration of a kubeconfig.</summary>
internal static class KubeConfigLoader
{
    public static string DefaultFile(Func<string, string?> environment) => Path.Combine(environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");

    public static bool DefaultFileExists(Func<string, string?> environment) => File.Exists(DefaultFile(environment));

    public static KubernetesClientConfiguration Load(string? path, string? context, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var file = path ?? environment("KUBECONFIG") ?? DefaultFile(environment);
        var root = JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new KubernetesConfigurationException($"{file} is not a kubeconfig");
        throw new KubernetesConfigurationException($"{file}: context {context} of {root.Count} fields cannot be read");
    }
}
