using System.CommandLine;
using Podkit.Cli.Commands;
using Podkit.Cli.Output;

var terminal = Terminal.ForProcess();
var root = new RootCommand("""
    What a Kubernetes pod knows about itself and its cluster, with and without a cluster.

    Exit codes: 0 all went well; 1 something failed while running; 2 the arguments or a manifest are wrong, and nothing was run.
    """)
{
    RunCommand.Create(terminal),
    UpCommand.Create(terminal),
    RenderCommand.Create(terminal),
    ProxyCommand.Create(terminal),
    WhoAmICommand.Create(terminal),
    VersionCommand.Create(terminal),
};
VersionCommand.Replace(root, terminal);
return await CommandRunner.RunAsync(root, args, terminal).ConfigureAwait(false);
