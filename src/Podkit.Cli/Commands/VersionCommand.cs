using System.CommandLine;
using System.Runtime.InteropServices;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The Kubernetes version whose behaviour podkit follows.</summary>
    public const string Kubernetes = "1.34";

    public static string Podkit { get; } = typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static Command Create(Terminal terminal)
    {
        var command = new Command("version", "Print the version of podkit and of the Kubernetes API that it follows.");
        command.SetAction(_ =>
        {
            terminal.Line($"podkit {Podkit} (Kubernetes {Kubernetes}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCodes.Success;
        });
        return command;
    }
}
