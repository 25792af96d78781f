using System.CommandLine;
using Podkit.Node;

namespace Podkit.Cli.Commands;

/// <summary>The options that <c>run</c> and <c>up</c> share.</summary>
internal static class ClusterOptions
{
    public static Option<string?> Kubeconfig() => new("--kubeconfig")
    {
        Description = "Where to write the administrator's kubeconfig. Default: a file in a new temporary folder, named on start. Removed at the end.",
        HelpName = "FILE",
    };

    public static Option<RuntimeChoice> Runtime() => new("--runtime")
    {
        Description = "How containers run: sandbox (bubblewrap, volumes at their real paths), plain (ordinary processes, volumes below $PODKIT_VOLUMES), or auto: sandbox where this machine can do it (the default).",
        HelpName = "auto|sandbox|plain",
        CustomParser = result => result.Tokens is [{ Value: "auto" or "sandbox" or "plain" } token]
            ? Enum.Parse<RuntimeChoice>(token.Value, ignoreCase: true)
            : Fail(result, $"--runtime must be auto, sandbox or plain, not {string.Join(' ', result.Tokens)}", RuntimeChoice.Auto),
    };

    public static Option<int> Port() => new("--port")
    {
        Description = "The API server's port on 127.0.0.1; 0 takes any free one.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
        CustomParser = result => result.Tokens is [var token] && int.TryParse(token.Value, out var port) && port is >= 0 and <= 65535
            ? port
            : Fail(result, "--port must be 0 to 65535", 0),
    };

    public static Option<IReadOnlyDictionary<string, string>> Exec() => new("--exec")
    {
        Description = "Run this command in place of a container's own, such as app=./bin/app; where the container has arguments but no command, it gets them. May be given more than once.",
        HelpName = "CONTAINER=COMMAND",
        CustomParser = result =>
        {
            var commands = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || equals == token.Value.Length - 1) return Fail(result, $"--exec must be CONTAINER=COMMAND, not {token.Value}", commands);
                commands[token.Value[..equals]] = token.Value[(equals + 1)..];
            }

            return commands;
        },
    };

    private static T Fail<T>(System.CommandLine.Parsing.ArgumentResult result, string message, T value)
    {
        result.AddError(message);
        return value;
    }
}
