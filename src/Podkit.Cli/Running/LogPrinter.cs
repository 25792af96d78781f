using System.Text;
using System.Threading.Channels;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Model.Core.V1;
using Podkit.Node;

namespace Podkit.Cli.Running;

/// <summary>Prints containers' lines, each after the container's name, padded so that the lines begin in one column.</summary>
internal sealed class LogPrinter
{
    /// <summary>Longer lines are printed in pieces.</summary>
    private const int LongestLine = 1 << 20;

    private readonly Terminal terminal;
    private readonly bool severalPods;
    private readonly bool severalNamespaces;
    private readonly int width;
    private readonly Dictionary<string, int> colours = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Label, bool IsError), List<byte>> partial = [];

    public LogPrinter(Terminal terminal, IReadOnlyList<Manifest> manifests)
    {
        this.terminal = terminal;
        var pods = manifests.Where(m => m.Kind == Pod.ResourceKind).Select(m => (Namespace: m.Namespace ?? "default", m.Name, ManifestCheck.ToPod(m.Object).Spec)).ToList();
        severalPods = pods.Count > 1;
        severalNamespaces = pods.Select(p => p.Namespace).Distinct().Count() > 1;
        width = pods.SelectMany(p => (p.Spec.InitContainers ?? []).Concat(p.Spec.Containers).Select(c => Label(p.Namespace, p.Name, c.Name).Length)).DefaultIfEmpty().Max();
    }

    /// <summary>Prints until the lines end.</summary>
    public async Task PrintAsync(ChannelReader<ContainerLogLine> lines)
    {
        await foreach (var line in lines.ReadAllAsync().ConfigureAwait(false)) Print(line);
        foreach (var ((label, _), bytes) in partial) Write(label, bytes.ToArray());
    }

    private void Print(ContainerLogLine line)
    {
        var label = Label(line.Namespace, line.Pod, line.Container);
        var key = (label, line.IsError);
        if (!line.IsPartial && !partial.ContainsKey(key))
        {
            Write(label, line.Line.Span);
            return;
        }

        if (!partial.TryGetValue(key, out var bytes)) partial[key] = bytes = [];
        bytes.AddRange(line.Line.Span);
        if (line.IsPartial && bytes.Count < LongestLine) return;
        partial.Remove(key);
        Write(label, bytes.ToArray());
    }

    private void Write(string label, ReadOnlySpan<byte> line)
    {
        if (!colours.TryGetValue(label, out var colour)) colours[label] = colour = colours.Count;
        terminal.Log(label.PadRight(width) + " |", colour, Encoding.UTF8.GetString(line));
    }

    private string Label(string ns, string pod, string container) =>
        severalNamespaces ? $"{ns}/{pod}/{container}" : severalPods ? $"{pod}/{container}" : container;
}
