using System.CommandLine;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary>Parses the arguments, runs the command, and turns what goes wrong into a message and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(RootCommand root, string[] args, Terminal terminal)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            // Beside a word that is no command, that a command is missing says nothing.
            foreach (var error in parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.Count > 0 && parsed.Errors.Count > 1 ? parsed.Errors.Skip(1) : parsed.Errors) terminal.Error(error.Message);
            terminal.Note($"'{Name(parsed)} --help' shows what is allowed");
            return ExitCodes.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
        }
        catch (CliException e)
        {
            foreach (var line in e.Message.Split('\n')) terminal.Error(line);
            return e.ExitCode;
        }
    }

    private static string Name(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "podkit" : $"podkit {parsed.CommandResult.Command.Name}";
}
