using System.Text;
using System.Text.Json;
using Podkit.Metadata.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;
using Serilog.Parsing;

namespace Podkit.Metadata.Packages.Tests;

public sealed class SerilogTests : IDisposable
{
    private readonly TestPod pod = new((PodFields.NodeName, "n1"));
    private readonly Sink sink = new();

    public void Dispose() => pod.Dispose();

    [Fact]
    public async Task Every_event_carries_the_pod_and_follows_its_label()
    {
        using var log = new LoggerConfiguration().Enrich.WithPodMetadata(pod.Metadata, o => o.Labels("env")).WriteTo.Sink(sink).CreateLogger();
        log.Information("one {Number}", 1);
        await pod.SetEnvAsync("staging");
        log.Information("two");
        Properties(0).ShouldBe("Number=1 k8s.namespace.name=\"shop\" k8s.node.name=\"n1\" k8s.pod.label.env=\"production\" k8s.pod.name=\"web-1\"");
        Properties(1).ShouldBe("k8s.namespace.name=\"shop\" k8s.node.name=\"n1\" k8s.pod.label.env=\"staging\" k8s.pod.name=\"web-1\"");
    }

    [Fact]
    public void What_an_event_says_itself_stays()
    {
        using var log = new LoggerConfiguration().Enrich.WithPodMetadata(pod.Metadata, o => (o.Rename, _) = (n => n.Replace('.', '_'), o.Fields().Labels("env"))).WriteTo.Sink(sink).CreateLogger();
        log.Information("{k8s_pod_label_env}", "mine");
        Properties(0).ShouldBe("k8s_pod_label_env=\"mine\"");
    }

    [Fact]
    public void Properties_are_made_once_for_each_state()
    {
        using var log = new LoggerConfiguration().Enrich.WithPodMetadata(pod.Metadata).WriteTo.Sink(sink).CreateLogger();
        log.Information("one");
        log.Information("two");
        sink.Events[1].Properties["k8s.pod.name"].ShouldBeSameAs(sink.Events[0].Properties["k8s.pod.name"]);
    }

    [Fact]
    public void An_event_costs_no_more_than_with_fixed_properties()
    {
        using var enriched = new LoggerConfiguration().Enrich.WithPodMetadata(pod.Metadata, o => o.Labels("env")).WriteTo.Sink(new NoSink()).CreateLogger();
        using var manual = new LoggerConfiguration().Enrich.WithProperty("k8s.pod.name", "web-1").Enrich.WithProperty("k8s.namespace.name", "shop")
            .Enrich.WithProperty("k8s.node.name", "n1").Enrich.WithProperty("k8s.pod.label.env", "production").WriteTo.Sink(new NoSink()).CreateLogger();
        Bytes(enriched).ShouldBeLessThanOrEqualTo(Bytes(manual));
    }

    [Fact]
    public async Task Lines_of_json_begin_with_the_pod_and_follow_its_label()
    {
        var lines = new LineSink(new PodJsonFormatter(new JsonFormatter(closingDelimiter: "\n"), pod.Metadata, o => o.Labels("env")));
        using var log = new LoggerConfiguration().WriteTo.Sink(lines).CreateLogger();
        log.Information("one {Number}", 1);
        await pod.SetEnvAsync("staging");
        log.Information("two");
        lines.Lines[0].ShouldStartWith("""{"k8s.pod.name":"web-1","k8s.namespace.name":"shop","k8s.node.name":"n1","k8s.pod.label.env":"production","Timestamp":""");
        var second = JsonDocument.Parse(lines.Lines[1]).RootElement;
        second.GetProperty("k8s.pod.label.env").GetString().ShouldBe("staging");
        second.GetProperty("MessageTemplate").GetString().ShouldBe("two");
    }

    [Fact]
    public void Lines_go_to_any_writer_whole()
    {
        using var bytes = new MemoryStream();
        using var writer = new StreamWriter(bytes);
        var formatter = new PodJsonFormatter(new JsonFormatter(closingDelimiter: "\n"), pod.Metadata);
        var big = new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, new MessageTemplate([new TextToken(new string('x', 200_000))]), []);
        for (var i = 0; i < 3; i++) formatter.Format(big, writer);
        writer.Flush();
        var lines = Encoding.UTF8.GetString(bytes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        foreach (var line in lines) JsonDocument.Parse(line).RootElement.GetProperty("MessageTemplate").GetString()!.Length.ShouldBe(200_000);
    }

    [Theory]
    [InlineData("not json\n")]
    [InlineData("{}\n")]
    [InlineData("")]
    public void What_is_no_object_stays_as_it_is(string text)
    {
        var writer = new StringWriter();
        writer.Write("before ");
        new PodJsonFormatter(new FixedFormatter(text), pod.Metadata).Format(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, MessageTemplate.Empty, []), writer);
        writer.ToString().ShouldBe("before " + text);
    }

    [Fact]
    public void A_formatter_that_fails_leaves_nothing_of_its_line()
    {
        var writer = new StringWriter();
        writer.Write("before ");
        Should.Throw<IOException>(() => new PodJsonFormatter(new FixedFormatter(null), pod.Metadata).Format(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, MessageTemplate.Empty, []), writer));
        writer.ToString().ShouldBe("before ");
    }

    private static long Bytes(Logger log)
    {
        for (var i = 0; i < 100; i++) log.Information("hello");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) log.Information("hello");
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
    }

    private string Properties(int index) => string.Join(' ', sink.Events[index].Properties.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal));

    private sealed class Sink : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }

    private sealed class LineSink(ITextFormatter formatter) : ILogEventSink
    {
        public List<string> Lines { get; } = [];

        public void Emit(LogEvent logEvent)
        {
            var writer = new StringWriter();
            formatter.Format(logEvent, writer);
            Lines.Add(writer.ToString());
        }
    }

    private sealed class FixedFormatter(string? text) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output)
        {
            output.Write(text ?? "{\"half");
            if (text is null) throw new IOException("cannot format");
        }
    }

    private sealed class NoSink : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            // Only what comes before the sink is measured.
        }
    }
}
