using Podkit.Metadata.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;

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

    private sealed class NoSink : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            // Only what comes before the sink is measured.
        }
    }
}
