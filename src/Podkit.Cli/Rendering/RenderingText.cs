using System.Text;
using Podkit.Cli.Output;

namespace Podkit.Cli.Rendering;

/// <summary>The rendering for people: values are quoted where a line alone would be unclear.</summary>
internal static class RenderingText
{
    public static void Write(Rendering rendering, Terminal terminal)
    {
        foreach (var pod in rendering.Pods)
        {
            terminal.Line($"pod {pod.Namespace}/{pod.Name}");
            foreach (var container in pod.Containers) Write(container, terminal);
            foreach (var volume in pod.Volumes) Write(volume, terminal);
        }
    }

    private static void Write(RenderedContainer container, Terminal terminal)
    {
        terminal.Line($"  container {container.Name}");
        foreach (var error in container.Errors) terminal.Line($"    error: {error}");
        if (container.Command.Count > 0) terminal.Line($"    command: {string.Join(' ', container.Command.Select(Quote))}");
        if (container.Args.Count > 0) terminal.Line($"    args: {string.Join(' ', container.Args.Select(Quote))}");
        foreach (var (name, value) in container.Env) terminal.Line($"    {name}={Quote(value)}");
    }

    private static void Write(RenderedVolume volume, Terminal terminal)
    {
        terminal.Line($"  volume {volume.Name}");
        foreach (var error in volume.Errors) terminal.Line($"    error: {error}");
        foreach (var file in volume.Files)
        {
            terminal.Line($"    {file.Mode} {file.Path}");
            foreach (var line in file.Content.Split('\n')) terminal.Line($"         | {line}");
        }
    }

    private static string Quote(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyInRange('\0', ' ') && !text.AsSpan().ContainsAny("\"'\\$`")) return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            quoted.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\t' => "\\t", '\r' => "\\r", < ' ' => $"\\x{(int)c:x2}", _ => c.ToString() });
        return quoted.Append('"').ToString();
    }
}
