using Serilog;
using Serilog.Configuration;

namespace Podkit.Metadata.Serilog;

/// <summary>Every log event carries the pod.</summary>
public static class PodEnricherExtensions
{
    /// <summary>
    /// Adds the pod's name, namespace and node, and chosen labels, to every log event: <c>k8s.pod.name</c>, <c>k8s.pod.label.KEY</c> and so on.
    /// An event has a label's value at the time of the event; one that sets the same property itself keeps its own.
    /// <code>
    /// builder.AddPodMetadata();
    /// builder.Services.AddSerilog((services, log) =&gt; log
    ///     .Enrich.WithPodMetadata(services.GetRequiredService&lt;IPodMetadata&gt;(), pod =&gt; pod.Labels("env"))
    ///     .WriteTo.Console(new CompactJsonFormatter()));
    /// </code>
    /// Output templates cannot name properties with dots: set <see cref="PodAttributeOptions.Rename"/> for them.
    /// </summary>
    /// <param name="enrichment">The enrichment of a logger.</param>
    /// <param name="metadata">The pod.</param>
    /// <param name="configure">Chooses the labels and the rest.</param>
    public static LoggerConfiguration WithPodMetadata(this LoggerEnrichmentConfiguration enrichment, IPodMetadata metadata, Action<PodAttributeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(enrichment);
        var options = new PodAttributeOptions();
        configure?.Invoke(options);
        return enrichment.With(new PodEnricher(new PodAttributes(metadata, options)));
    }
}
