using System.Text.Json.Serialization;

namespace Podkit.Cli.Rendering;

/// <summary>What <c>podkit render -o json</c> prints. Scripts rely on these names.</summary>
internal sealed record Rendering(IReadOnlyList<RenderedPod> Pods);

/// <summary>A pod: what each of its containers gets.</summary>
internal sealed record RenderedPod(string Namespace, string Name, IReadOnlyList<RenderedContainer> Containers, IReadOnlyList<RenderedVolume> Volumes);

/// <summary>A container's environment, command and arguments, or why it would wait.</summary>
internal sealed record RenderedContainer(string Name, IReadOnlyDictionary<string, string> Env, IReadOnlyList<string> Command, IReadOnlyList<string> Args, IReadOnlyList<string> Errors);

/// <summary>A volume's files, or why it could not be mounted.</summary>
internal sealed record RenderedVolume(string Name, IReadOnlyList<RenderedFile> Files, IReadOnlyList<string> Errors);

/// <summary>A file: its path below the volume, its mode in octal, its content as text.</summary>
internal sealed record RenderedFile(string Path, string Mode, string Content);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Rendering))]
internal sealed partial class RenderingJson : JsonSerializerContext
{
    /// <summary>Characters such as quotes and letters of other alphabets stay readable.</summary>
    public static RenderingJson Readable { get; } = new(new System.Text.Json.JsonSerializerOptions
    {
        PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
