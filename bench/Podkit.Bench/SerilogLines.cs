using Podkit.Metadata;
using Podkit.Metadata.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;

namespace Podkit.Bench;

/// <summary>Lines of Serilog with the properties of a web request, as JSON.</summary>
internal sealed class SerilogLines : ILines, IDisposable
{
    private readonly Sink sink;
    private readonly Logger logger;

    public SerilogLines(IPodMetadata pod, PodIn how)
    {
        var json = new JsonFormatter(renderMessage: true);
        sink = new Sink(how == PodIn.Encoded ? new PodJsonFormatter(json, pod, o => o.Labels("env")) : json);
        var configuration = new LoggerConfiguration()
            .Enrich.WithProperty("SourceContext", "Shop.Orders.OrderService")
            .Enrich.WithProperty("ConnectionId", "0HN7S1M2K3L4P")
            .Enrich.WithProperty("RequestPath", "/orders/4711")
            .Enrich.WithProperty("RequestId", "0HN7S1M2K3L4P:00000001");
        configuration = how switch
        {
            PodIn.Enrichment => configuration.Enrich.WithPodMetadata(pod, o => o.Labels("env")),
            PodIn.ByHand => configuration.Enrich.WithProperty("k8s.pod.name", pod.Name).Enrich.WithProperty("k8s.namespace.name", pod.Namespace)
                .Enrich.WithProperty("k8s.node.name", pod.NodeName).Enrich.WithProperty("k8s.pod.label.env", pod.Labels["env"]),
            _ => configuration,
        };
        logger = configuration.WriteTo.Sink(sink).CreateLogger();
    }

    public int BytesWritten => sink.File.BytesWritten;

    public void Write(int number) => logger.Information("order {Order} of {Customer} shipped with {Items} items for {Total} euros", number, "acme", 3, 129.95);

    public void Dispose()
    {
        logger.Dispose();
        sink.Dispose();
    }

    private sealed class Sink(ITextFormatter formatter) : ILogEventSink, IDisposable
    {
        private readonly StringWriter writer = new();

        public LineFile File { get; } = new();

        public void Emit(LogEvent logEvent)
        {
            formatter.Format(logEvent, writer);
            File.Write(writer.GetStringBuilder());
        }

        public void Dispose()
        {
            writer.Dispose();
            File.Dispose();
        }
    }
}
