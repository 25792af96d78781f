using System.Text;
using System.Threading.Channels;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Cli.Running;
using Podkit.Model.Core.V1;
using Podkit.Node;

namespace Podkit.Cli.Tests.Running;

public class RunningTests
{
    private const string Two = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, command: [x]}, {name: longer, image: i}]}\n";
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Fact]
    public async Task Lines_begin_in_one_column_and_pieces_are_joined()
    {
        var lines = Channel.CreateUnbounded<ContainerLogLine>();
        lines.Writer.TryWrite(Line("c", "one"));
        lines.Writer.TryWrite(Line("longer", "half ", isPartial: true));
        lines.Writer.TryWrite(Line("c", "two"));
        lines.Writer.TryWrite(Line("longer", "and half"));
        lines.Writer.TryWrite(Line("c", "cut", isPartial: true));
        lines.Writer.Complete();
        await new LogPrinter(Terminal(colour: false), Load(Two)).PrintAsync(lines.Reader);
        output.ToString().ShouldBe("c      | one\nc      | two\nlonger | half and half\nc      | cut\n");
    }

    [Fact]
    public async Task Each_container_has_its_colour_on_a_terminal()
    {
        var lines = Channel.CreateUnbounded<ContainerLogLine>();
        lines.Writer.TryWrite(Line("c", "one"));
        lines.Writer.TryWrite(Line("longer", "two"));
        lines.Writer.Complete();
        await new LogPrinter(Terminal(colour: true), Load(Two)).PrintAsync(lines.Reader);
        output.ToString().ShouldBe("\u001b[36mc      |\u001b[0m one\n\u001b[33mlonger |\u001b[0m two\n");
    }

    [Fact]
    public void A_container_without_a_command_says_what_to_do()
    {
        Should.Throw<CliException>(() => RunnableCheck.ThrowIfNothingToRun(Load(Two), new Dictionary<string, string>(), Terminal(false))).Message
            .ShouldBe("standard input:4: Pod \"p\": spec.containers[1]: container longer has no command, and image i is not in the local store: give it a command, or say --exec longer=COMMAND");
        Should.NotThrow(() => RunnableCheck.ThrowIfNothingToRun(Load(Two), new Dictionary<string, string> { ["longer"] = "y" }, Terminal(false)));
    }

    [Theory]
    [InlineData("metadata: {name: p, namespace: nowhere}", "spec: {", "metadata.namespace: namespaces \"nowhere\" not found; add a Namespace nowhere to the manifests")]
    [InlineData("metadata: {name: p}", "spec: {serviceAccountName: gone, ", "spec.serviceAccountName: serviceaccount \"gone\" not found; add a ServiceAccount gone to the manifests")]
    public void What_a_new_cluster_will_not_have_is_told_before_it_starts(string metadata, string spec, string message)
    {
        var pod = Two.Replace("metadata: {name: p}", metadata, StringComparison.Ordinal).Replace("spec: {", spec, StringComparison.Ordinal);
        var error = Should.Throw<CliException>(() => RunnableCheck.ThrowIfNothingToRun(Load(pod), new Dictionary<string, string> { ["longer"] = "y" }, Terminal(false)));
        error.ExitCode.ShouldBe(2);
        error.Message.ShouldEndWith(message);
    }

    [Fact]
    public void A_declared_port_that_is_taken_is_told_with_its_owner()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        RunnableCheck.ThrowIfNothingToRun(Load(Two.Replace("command: [x]", $"command: [x], ports: [{{containerPort: {port}}}]", StringComparison.Ordinal)), new Dictionary<string, string> { ["longer"] = "y" }, Terminal(false));
        error.ToString().ShouldContain($"spec.containers[0].ports[0].containerPort: port {port} is taken by ");
        error.ToString().ShouldContain($"(pid {Environment.ProcessId})");
    }

    [Fact]
    public void A_failure_is_told_when_it_happens_and_counts_even_if_the_pod_is_deleted_then()
    {
        var outcomes = new PodOutcomes([new Pod { Metadata = new() { Name = "p", Uid = "u" } }, new Pod { Metadata = new() { Name = "q", Uid = "v" } }], Terminal(false));
        var ended = Status(new ContainerStatus { Name = "c", State = new() { Terminated = new() { ExitCode = 1 } } }, "Failed");
        outcomes.Changed(ended);
        error.ToString().ShouldBe("error: p failed: c ended with exit code 1\n");
        ended.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        outcomes.Changed(ended);
        outcomes.Deleted(ended);
        outcomes.AllEnded.ShouldBeFalse();
        outcomes.ExitCode.ShouldBe(1);
        error.ToString().ShouldBe("error: p failed: c ended with exit code 1\n");
    }

    [Fact]
    public void A_warning_that_only_an_event_has_is_told_once()
    {
        var outcomes = new PodOutcomes([new Pod { Metadata = new() { Name = "p", Uid = "u" } }], Terminal(false));
        for (var i = 0; i < 2; i++)
        {
            outcomes.Warned(new Event { InvolvedObject = new() { Uid = "u" }, Reason = "FailedMount", Message = "configmap \"zz\" not found" });
            outcomes.Warned(new Event { InvolvedObject = new() { Uid = "u" }, Reason = "BackOff", Message = "told by the status" });
            outcomes.Warned(new Event { InvolvedObject = new() { Uid = "other" }, Reason = "FailedMount", Message = "not ours" });
        }

        error.ToString().ShouldBe("warning: p: FailedMount: configmap \"zz\" not found\n");
    }

    [Fact]
    public async Task Pods_of_one_name_in_two_namespaces_are_told_apart()
    {
        var lines = Channel.CreateUnbounded<ContainerLogLine>();
        lines.Writer.TryWrite(Line("c", "half ", isPartial: true));
        lines.Writer.TryWrite(Line("c", "other") with { Namespace = "n2" });
        lines.Writer.TryWrite(Line("c", "and half"));
        lines.Writer.Complete();
        var pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n2}\nspec: {containers: [{name: c, image: i}]}\n";
        await new LogPrinter(Terminal(colour: false), Load(pods)).PrintAsync(lines.Reader);
        output.ToString().ShouldBe("n2/p/c      | other\ndefault/p/c | half and half\n");
    }

    [Fact]
    public void An_exec_for_nobody_names_who_there_is() =>
        Should.Throw<CliException>(() => RunnableCheck.ThrowIfNothingToRun(Load(Two), new Dictionary<string, string> { ["nobody"] = "y" }, Terminal(false))).Message
            .ShouldBe("--exec nobody=...: there is no container nobody; there are: c, longer");

    [Fact]
    public void A_waiting_container_is_told_once_and_a_failed_pod_with_its_reason()
    {
        var pod = new Pod { Metadata = new() { Name = "p", Uid = "u" } };
        var outcomes = new PodOutcomes([pod], Terminal(false));
        for (var i = 0; i < 2; i++)
            outcomes.Changed(Status(new ContainerStatus { Name = "c", State = new() { Waiting = new() { Reason = "CreateContainerConfigError", Message = "configmap \"m\" not found" } } }, "Pending"));
        outcomes.Changed(Status(new ContainerStatus { Name = "c", State = new() { Waiting = new() { Reason = "ContainerCreating" } } }, "Pending"));
        outcomes.AllEnded.ShouldBeFalse();
        outcomes.Changed(Status(new ContainerStatus { Name = "c", State = new() { Terminated = new() { ExitCode = 137, Reason = "OOMKilled" } } }, "Failed"));
        outcomes.AllEnded.ShouldBeTrue();
        outcomes.ExitCode.ShouldBe(1);
        error.ToString().ShouldBe("warning: p/c waits: CreateContainerConfigError: configmap \"m\" not found\nerror: p failed: c ended with exit code 137 (OOMKilled)\n");
    }

    [Fact]
    public void A_pod_that_its_user_deletes_has_not_failed()
    {
        var outcomes = new PodOutcomes([new Pod { Metadata = new() { Name = "p", Uid = "u" } }], Terminal(false));
        var ended = Status(new ContainerStatus { Name = "c", State = new() { Terminated = new() { ExitCode = 143 } } }, "Failed");
        ended.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        outcomes.Changed(ended);
        outcomes.AllEnded.ShouldBeFalse();
        outcomes.Deleted(ended);
        outcomes.AllEnded.ShouldBeTrue();
        outcomes.ExitCode.ShouldBe(0);
        error.ToString().ShouldBe("podkit: p was deleted\n");
    }

    private static Pod Status(ContainerStatus status, string phase) =>
        new() { Metadata = new() { Name = "p", Uid = "u" }, Status = new() { Phase = phase, ContainerStatuses = [status] } };

    private static ContainerLogLine Line(string container, string text, bool isPartial = false) =>
        new("default", "p", container, false, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(text), isPartial);

    private static IReadOnlyList<Manifest> Load(string text) => new ManifestLoader(new StringReader(text)).Load(["-"]);

    private Terminal Terminal(bool colour) => new(output, error, colour, colour);
}
