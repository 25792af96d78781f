using System.CommandLine;
using Podkit.Ambassador;
using Podkit.Cli.Identity;
using Podkit.Cli.Output;
using Podkit.Client;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit proxy</c>: the ambassador, with the flags of <c>kubectl proxy</c>.</summary>
internal static class ProxyCommand
{
    public static Command Create(Terminal terminal)
    {
        var defaults = new AmbassadorOptions();
        var port = new Option<int>("--port", "-p") { Description = "The port to serve on; 0 takes any free one.", HelpName = "N", DefaultValueFactory = _ => defaults.Port };
        var address = Text("--address", null, "The address to serve on.", "IP", defaults.Address);
        var unixSocket = Text("--unix-socket", "-u", "Serve on this Unix socket instead of a port.", "PATH", "");
        var apiPrefix = Text("--api-prefix", null, "The prefix under which the API is served.", "PATH", defaults.ApiPrefix);
        var www = Text("--www", "-w", "Also serve the static files of this folder.", "FOLDER", "");
        var wwwPrefix = Text("--www-prefix", "-P", "The prefix under which static files are served.", "PATH", defaults.WwwPrefix);
        var acceptPaths = Text("--accept-paths", null, "Paths that are accepted: comma-separated regular expressions.", "REGEX,...", defaults.AcceptPaths);
        var rejectPaths = Text("--reject-paths", null, "Paths that are refused, whatever is accepted.", "REGEX,...", defaults.RejectPaths);
        var acceptHosts = Text("--accept-hosts", null, "Values of the Host header that are accepted.", "REGEX,...", defaults.AcceptHosts);
        var rejectMethods = Text("--reject-methods", null, "Methods that are refused, such as POST,PUT,PATCH.", "REGEX,...", defaults.RejectMethods);
        var disableFilter = new Option<bool>("--disable-filter") { Description = "Accept every path, method and host. Any web page that the user opens could then use the API." };
        var appendServerPath = new Option<bool>("--append-server-path") { Description = "Put the path of the kubeconfig's server before every path." };
        var keepalive = Text("--keepalive", null, "How often a connection is probed by TCP; 0s leaves it to the system.", "DURATION", "0s");
        var authorization = Choice("--client-authorization", "What happens to requests that bring credentials of their own: forbid refuses them, allow passes them on.", ClientAuthorization.Forbid);
        var impersonation = Choice("--impersonation", "What happens to Impersonate-* headers: refuse the request, drop the headers, or forward them.", ImpersonationHeaders.Refuse);
        var kubeconfig = Text("--kubeconfig", null, "The kubeconfig; in a pod without it, the mounted service account.", "FILE", "");
        var command = new Command("proxy", """
            Serve the Kubernetes API as plain HTTP on localhost; requests go on by verified HTTPS with this pod's token or the kubeconfig's credentials. The flags are those of kubectl proxy.
            """)
        { port, address, unixSocket, apiPrefix, www, wwwPrefix, acceptPaths, rejectPaths, acceptHosts, rejectMethods, disableFilter, appendServerPath, keepalive, authorization, impersonation, kubeconfig };
        command.SetAction(async (parsed, _) =>
        {
            var options = new AmbassadorOptions
            {
                Port = parsed.GetValue(port),
                Address = parsed.GetValue(address)!,
                UnixSocket = parsed.GetValue(unixSocket)!,
                ApiPrefix = parsed.GetValue(apiPrefix)!,
                Www = parsed.GetValue(www)!,
                WwwPrefix = parsed.GetValue(wwwPrefix)!,
                AcceptPaths = parsed.GetValue(acceptPaths)!,
                RejectPaths = parsed.GetValue(rejectPaths)!,
                AcceptHosts = parsed.GetValue(acceptHosts)!,
                RejectMethods = parsed.GetValue(rejectMethods)!,
                DisableFilter = parsed.GetValue(disableFilter),
                AppendServerPath = parsed.GetValue(appendServerPath),
                ClientAuthorization = parsed.GetValue(authorization),
                Impersonation = parsed.GetValue(impersonation),
                KeepAlive = Duration.Parse("--keepalive", parsed.GetValue(keepalive)!),
            };
            using var client = new KubernetesClient(Configuration(parsed.GetValue(kubeconfig)!));
            using var stop = new StopRequest(() => { });
            return await stop.GuardAsync(() => ServeAsync(client, options, terminal, stop)).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> ServeAsync(KubernetesClient client, AmbassadorOptions options, Terminal terminal, StopRequest stop)
    {
        try
        {
            await using var server = new AmbassadorServer(client, options);
            await server.StartAsync(stop.Stop).ConfigureAwait(false);
            terminal.Line($"Starting to serve on {server.Address}");
            await stop.Stop.WhenCancelledAsync().ConfigureAwait(false);
            await server.StopAsync(stop.Now).ConfigureAwait(false);
            return ExitCodes.Success;
        }
        catch (AmbassadorException e) when (e.TakenPort is { } port)
        {
            throw CliException.Failure(PortOwner.Explain(port, e.Message), e);
        }
        catch (AmbassadorException e)
        {
            throw new CliException(e.InnerException is null ? ExitCodes.BadInput : ExitCodes.Failure, e.Message, e);
        }
    }

    private static KubernetesClientConfiguration Configuration(string kubeconfig)
    {
        try
        {
            return kubeconfig.Length > 0
                ? KubernetesClientConfiguration.FromKubeConfig(kubeconfig)
                : KubernetesClientConfiguration.Auto(new InClusterOptions { ServiceAccountDirectory = PodFacts.Options(Environment.GetEnvironmentVariable, "/").ServiceAccountDirectory });
        }
        catch (KubernetesConfigurationException e)
        {
            throw CliException.BadInput(e.Message);
        }
    }

    private static Option<string> Text(string name, string? alias, string description, string help, string value) =>
        new(name, alias is null ? [] : [alias]) { Description = description, HelpName = help, DefaultValueFactory = _ => value };

    private static Option<T> Choice<T>(string name, string description, T value)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        return new(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                if (result.Tokens is [var token] && names.Contains(token.Value) && Enum.TryParse<T>(token.Value, ignoreCase: true, out var chosen)) return chosen;
                result.AddError($"{name} must be {string.Join(" or ", names)}");
                return value;
            },
        };
    }
}
