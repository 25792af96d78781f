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
        outcomes.Report().ShouldBe(1);
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
        outcomes.Report().ShouldBe(0);
        error.ToString().ShouldBe("podkit: p was deleted\n");
    }

    private static Pod Status(ContainerStatus status, string phase) =>
        new() { Metadata = new() { Name = "p", Uid = "u" }, Status = new() { Phase = phase, ContainerStatuses = [status] } };

    private static ContainerLogLine Line(string container, string text, bool isPartial = false) =>
        new("default", "p", container, false, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(text), isPartial);

    private static IReadOnlyList<Manifest> Load(string text) => new ManifestLoader(new StringReader(text)).Load(["-"]);

    private Terminal Terminal(bool colour) => new(output, error, colour, colour);
}
