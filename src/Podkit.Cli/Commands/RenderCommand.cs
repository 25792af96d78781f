using System.CommandLine;
using System.Text.Json;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Cli.Rendering;
using Podkit.Model;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit render</c>: what the containers of a manifest would get.</summary>
internal static class RenderCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Option<string[]>("--filename", "-f") { Description = "A manifest, a folder of manifests, or - for standard input. May be given more than once.", Required = true, HelpName = "PATH", AllowMultipleArgumentsPerToken = false };
        var output = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        output.AcceptOnlyFromAmong("text", "json");
        var allocatable = new Option<string?>("--node-allocatable") { Description = "What the node gives to pods, in place of limits that are not set: cpu=4,memory=16Gi,ephemeral-storage=90Gi.", HelpName = "NAME=QUANTITY,..." };
        var set = new Option<string[]>("--set") { Description = "A field that a cluster would fill, in every pod: status.podIP=10.1.2.3, spec.nodeName=n1, metadata.labels['a.b/c']=d. May be given more than once.", HelpName = "FIELD=VALUE" };
        var command = new Command("render", """
            Print the environment, command, arguments and volume files that each container of a manifest would get, without running anything.

            ConfigMaps, Secrets and Services are taken from the same manifests. What only a cluster knows is empty unless --set gives it; tokens and the CA bundle are placeholders.
            A cluster adds the variables of its service kubernetes (put a Service default/kubernetes into the manifests to see them) and a kubelet its own annotations, kubernetes.io/config.seen and kubernetes.io/config.source.
            """)
        { files, output, allocatable, set };
        command.SetAction(parsed =>
        {
            var manifests = new ManifestLoader(Console.In).Load(parsed.GetValue(files)!);
            ManifestCheck.ThrowIfBad(manifests);
            var renderer = new PodRenderer(manifests, Quantities(parsed.GetValue(allocatable)), [.. (parsed.GetValue(set) ?? []).Select(FieldAssignment.Parse)]);
            var rendering = renderer.Render();
            foreach (var unknown in renderer.UnknownAllocatable) terminal.Warning(unknown);
            if (rendering.Pods.Count == 0) throw CliException.BadInput("there is no Pod in the manifests");
            if (parsed.GetValue(output) == "json") terminal.Line(JsonSerializer.Serialize(rendering, RenderingJson.Readable.Rendering));
            else RenderingText.Write(rendering, terminal);
            return rendering.Pods.Any(p => p.Containers.Any(c => c.Errors.Count > 0) || p.Volumes.Any(v => v.Errors.Count > 0)) ? ExitCodes.Failure : ExitCodes.Success;
        });
        return command;
    }

    private static Dictionary<string, Quantity>? Quantities(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var quantities = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !Quantity.TryParse(part[(equals + 1)..], out var quantity))
                throw CliException.BadInput($"--node-allocatable {text}: \"{part}\" is not NAME=QUANTITY, such as memory=16Gi");
            quantities[part[..equals]] = quantity;
        }

        return quantities;
    }
}
