using System.CommandLine;
using System.Text.Json;
using Podkit.Cli.Identity;
using Podkit.Cli.Output;
using Podkit.Client;
using Podkit.Model.Authorization.V1;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit whoami</c>: what this process knows about its pod, and what the API server says of it.</summary>
internal static class WhoAmICommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var output = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("whoami", """
            Inside a pod: print what it knows about itself and where from, whether the API server answers, and what RBAC allows.

            Exit code 1 when something that the pod offers cannot be read, or the API server does not answer.
            """)
        { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await ReportAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(output) == "json") terminal.Line(JsonSerializer.Serialize(report, IdentityJson.Readable.IdentityReport));
            else Write(report, terminal);
            return report.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<IdentityReport> ReportAsync(CancellationToken cancellationToken)
    {
        var facts = PodFacts.Gather(Environment.GetEnvironmentVariable, "/");
        var problems = facts.Problems.ToList();
        var server = facts.ServiceAccountDirectory is { } directory
            ? await AskAsync(directory, problems, cancellationToken).ConfigureAwait(false)
            : new ApiServerReport(null, false, null, null, [], []);
        return new IdentityReport(facts.InPod, facts.Values, server, problems);
    }

    private static async Task<ApiServerReport> AskAsync(string directory, List<string> problems, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        string? address = null;
        try
        {
            var configuration = KubernetesClientConfiguration.InCluster(new InClusterOptions { ServiceAccountDirectory = directory });
            address = configuration.Server.ToString();
            using var client = new KubernetesClient(configuration, new KubernetesClientOptions { MaximumRetries = 0 });
            var version = await client.GetVersionAsync(deadline.Token).ConfigureAwait(false);
            var user = await client.WhoAmIAsync(deadline.Token).ConfigureAwait(false);
            var rules = await client.GetMyRulesAsync(null, deadline.Token).ConfigureAwait(false);
            return new ApiServerReport(address, true, version.GitVersion, user.Username, user.Groups ?? [], [.. rules.ResourceRules.Select(Rule)]);
        }
        catch (Exception e) when (e is KubernetesConfigurationException or KubernetesConnectionException or KubernetesException)
        {
            problems.Add(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problems.Add($"the API server at {address} did not answer within {Patience.TotalSeconds:0} s");
        }

        return new ApiServerReport(address, false, null, null, [], []);
    }

    private static AllowedRule Rule(ResourceRule rule) => new(
        rule.Verbs,
        [.. (rule.ApiGroups ?? [""]).SelectMany(g => (rule.Resources ?? []).Select(r => g.Length == 0 ? r : $"{r}.{g}"))],
        rule.ResourceNames ?? []);

    private static void Write(IdentityReport report, Terminal terminal)
    {
        if (!report.InPod) terminal.Line("not in a pod: there is no KUBERNETES_SERVICE_HOST, no service-account mount and no Downward API volume");
        var width = report.Values.Select(v => v.Name.Length).DefaultIfEmpty().Max();
        foreach (var value in report.Values) terminal.Line($"{PlainText.Of(value.Name).PadRight(width)}  {PlainText.Of(value.Value)}  ({PlainText.Of(value.Source)})");
        var server = report.ApiServer;
        if (server.Answers)
        {
            terminal.Line($"API server {server.Address} answers: {server.Version}, verified; this is {server.User}");
            terminal.Line(server.Allowed.Count == 0 ? "RBAC allows nothing in this namespace" : "RBAC allows in this namespace:");
            foreach (var rule in server.Allowed)
                terminal.Line($"  {string.Join(',', rule.Verbs)} {string.Join(',', rule.Resources)}{(rule.ResourceNames.Count > 0 ? $" named {string.Join(',', rule.ResourceNames)}" : "")}");
        }
        else if (report.InPod && server.Address is null && report.Problems.Count == 0) terminal.Line("no service-account mount: this pod does not talk to the API server");

        foreach (var problem in report.Problems) terminal.Error(problem);
    }
}
