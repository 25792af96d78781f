using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Podkit.Metadata.OpenTelemetry;

namespace Podkit.Metadata.Packages.Tests;

public sealed class OpenTelemetryTests : IDisposable
{
    private static readonly Action<ILogger, int, Exception?> NumberMessage = LoggerMessage.Define<int>(LogLevel.Information, 0, "number {Number}");

    private readonly TestPod pod = new((PodFields.Uid, "u1"), (PodFields.NodeName, "n1"), (PodFields.ContainerName, "main"), (PodFields.PodIPs, "10.0.0.7,fd00::7"));

    public void Dispose() => pod.Dispose();

    [Fact]
    public void The_resource_says_what_is_fixed_and_no_label() =>
        Text(new PodResourceDetector(pod.Metadata).Detect().Attributes).ShouldBe(
            "k8s.container.name=main k8s.namespace.name=shop k8s.node.name=n1 k8s.pod.ip=10.0.0.7 k8s.pod.name=web-1 k8s.pod.uid=u1");

    [Fact]
    public void The_resource_is_empty_outside_of_a_pod()
    {
        using var nowhere = PodMetadata.Open(new() { UseEnvironment = false, UseServiceAccount = false, Volumes = { "/nonexistent" } });
        new PodResourceDetector(nowhere).Detect().Attributes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Spans_have_the_label_of_their_begin()
    {
        using var source = new ActivitySource($"test-{Guid.NewGuid()}");
        var spans = new List<string>();
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddPodMetadata(o => o.Labels("env", "missing"), pod.Metadata)
            .AddProcessor(new SimpleActivityExportProcessor(new Exporter<Activity>(a => spans.Add(Text(a.TagObjects))))).Build())
        {
            using (source.StartActivity("one")) { }
            using (source.StartActivity("two")) await pod.SetEnvAsync("staging");
            using (source.StartActivity("three")) { }
        }

        spans.ShouldBe(["k8s.pod.label.env=production", "k8s.pod.label.env=production", "k8s.pod.label.env=staging"]);
    }

    [Fact]
    public async Task Log_records_have_the_label_of_their_time_beside_their_own_attributes()
    {
        var records = new List<string>();
        using var factory = LoggerFactory.Create(l => l.AddOpenTelemetry(o =>
        {
            o.AddPodMetadata(p => p.Labels("env"), pod.Metadata);
            o.AddProcessor(new SimpleLogRecordExportProcessor(new Exporter<LogRecord>(r => records.Add(Text(r.Attributes!)))));
        }));
        var logger = factory.CreateLogger("test");
        Log(logger, 1);
        await pod.SetEnvAsync("staging");
        Log(logger, 2);
        records.ShouldBe(["Number=1 k8s.pod.label.env=production {OriginalFormat}=number {Number}", "Number=2 k8s.pod.label.env=staging {OriginalFormat}=number {Number}"]);
    }

    [Fact]
    public async Task Batches_keep_the_label_that_each_record_had()
    {
        var records = new List<string>();
        using (var factory = LoggerFactory.Create(l => l.AddOpenTelemetry(o =>
        {
            o.AddPodMetadata(p => p.Labels("env"), pod.Metadata);
            o.AddProcessor(new BatchLogRecordExportProcessor(new Exporter<LogRecord>(r => records.Add(Text(r.Attributes!)))));
        })))
        {
            var logger = factory.CreateLogger("test");
            Log(logger, 1);
            await pod.SetEnvAsync("staging");
            Log(logger, 2);
        }

        records.ShouldBe(["Number=1 k8s.pod.label.env=production {OriginalFormat}=number {Number}", "Number=2 k8s.pod.label.env=staging {OriginalFormat}=number {Number}"]);
    }

    [Fact]
    public async Task A_gauge_has_the_label_of_each_collection()
    {
        var points = new List<string>();
        using var reader = new BaseExportingMetricReader(new Exporter<Metric>(m => points.AddRange(Points(m))));
        using var provider = Sdk.CreateMeterProviderBuilder().AddPodMetadata(o => o.Labels("env"), pod.Metadata).AddReader(reader).Build();
        reader.Collect().ShouldBeTrue();
        points.ShouldBe(["podkit.pod.info k8s.pod.label.env=production 1"]);
        await pod.SetEnvAsync("staging");
        points.Clear();
        reader.Collect().ShouldBeTrue();
        points.ShouldBe(["podkit.pod.info k8s.pod.label.env=production 0", "podkit.pod.info k8s.pod.label.env=staging 1"], ignoreOrder: true);
        await pod.SetEnvAsync("production");
        points.Clear();
        reader.Collect().ShouldBeTrue();
        points.ShouldBe(["podkit.pod.info k8s.pod.label.env=production 1", "podkit.pod.info k8s.pod.label.env=staging 0"], ignoreOrder: true);
    }

    [Fact]
    public void One_call_serves_all_signals_of_an_app()
    {
        using var source = new ActivitySource($"test-{Guid.NewGuid()}");
        var seen = new List<string>();
        using (var sdk = OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton<IPodMetadata>(pod.Metadata);
            builder.AddPodMetadata(o => o.Labels("env"));
            builder.WithTracing(t => t.AddSource(source.Name).AddProcessor(new SimpleActivityExportProcessor(new Exporter<Activity>((a, e) => seen.Add(Pod(e) + " " + Text(a.TagObjects))))));
            builder.WithLogging(l => l.AddProcessor(new SimpleLogRecordExportProcessor(new Exporter<LogRecord>((r, e) => seen.Add(Pod(e) + " " + Text(r.Attributes!))))));
            builder.WithMetrics(m => m.AddReader(new BaseExportingMetricReader(new Exporter<Metric>((p, e) => seen.Add(Pod(e) + " " + Points(p).Single())))));
        }))
        {
            using (source.StartActivity("one")) { }
            Log(sdk.GetLoggerFactory().CreateLogger("test"), 1);
            sdk.MeterProvider.ForceFlush();
        }

        seen[0].ShouldBe("web-1 k8s.pod.label.env=production");
        seen[1].ShouldBe("web-1 Number=1 k8s.pod.label.env=production {OriginalFormat}=number {Number}");
        seen[2].ShouldBe("web-1 podkit.pod.info k8s.pod.label.env=production 1");
    }

    [Fact]
    public void Without_the_metadata_the_message_says_what_to_call() =>
        Should.Throw<InvalidOperationException>(() => Sdk.CreateTracerProviderBuilder().AddPodMetadata(o => o.Labels("env")).Build()).Message.ShouldContain("call builder.AddPodMetadata()");

    private static object? Pod(BaseProvider? provider) => provider?.GetResource().Attributes.Single(a => a.Key == "k8s.pod.name").Value;

    private static void Log(ILogger logger, int number) => NumberMessage(logger, number, null);

    private static string Text<T>(IEnumerable<KeyValuePair<string, T>> attributes) => string.Join(' ', attributes.Select(a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));

    private static List<string> Points(Metric metric)
    {
        var points = new List<string>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new List<KeyValuePair<string, object?>>();
            foreach (var tag in point.Tags) tags.Add(tag);
            points.Add($"{metric.Name} {Text(tags)} {point.GetGaugeLastValueLong()}");
        }

        return points;
    }

    private sealed class Exporter<T>(Action<T, BaseProvider?> take) : BaseExporter<T>
        where T : class
    {
        public Exporter(Action<T> take)
            : this((item, _) => take(item))
        {
        }

        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var item in batch) take(item, ParentProvider);
            return ExportResult.Success;
        }
    }
}
