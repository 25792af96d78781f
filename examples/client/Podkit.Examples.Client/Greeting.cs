using System.Text.Json.Serialization;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Examples.Client;

/// <summary>An object of a CustomResourceDefinition of the program's own: <c>greetings.example.com</c>.</summary>
internal sealed class Greeting : IKubernetesObject
{
    public static ResourceKind ResourceKind { get; } = new("example.com", "v1", "greetings", "Greeting");

    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; set; } = "example.com/v1";

    [JsonPropertyName("kind")]
    public string? Kind { get; set; } = "Greeting";

    [JsonPropertyName("metadata")]
    public ObjectMeta Metadata { get; set; } = new();

    [JsonPropertyName("spec")]
    public GreetingSpec Spec { get; set; } = new();
}

internal sealed class GreetingSpec
{
    [JsonPropertyName("text")]
    public string? Text { get; set; }
}

[JsonSerializable(typeof(Greeting))]
internal sealed partial class GreetingJson : JsonSerializerContext;
