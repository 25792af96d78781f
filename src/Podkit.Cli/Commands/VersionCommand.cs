using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The Kubernetes version whose behaviour podkit follows.</summary>
    public const string Kubernetes = "1.34";

    public static string Podkit { get; } = typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The option <c>--version</c> of the whole command, which says the same.</summary>
    public static void Replace(RootCommand root, Terminal terminal) => root.Options.OfType<VersionOption>().First().Action = new Print(terminal);

    private static string Text => $"podkit {Podkit} (Kubernetes {Kubernetes}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})";

    public static Command Create(Terminal terminal)
    {
        var command = new Command("version", "Print the version of podkit and of the Kubernetes API that it follows.");
        command.SetAction(_ =>
        {
            terminal.Line(Text);
            return ExitCodes.Success;
        });
        return command;
    }

    private sealed class Print(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            terminal.Line(Text);
            return ExitCodes.Success;
        }
    }
}
