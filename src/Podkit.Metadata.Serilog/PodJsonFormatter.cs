using Serilog.Events;
using Serilog.Formatting;

namespace Podkit.Metadata.Serilog;

/// <summary>
/// What another formatter writes as JSON, with the pod's attributes as the first members of each event:
/// <c>{"k8s.pod.name":"web-1","k8s.pod.label.env":"production","@t":"…",…}</c>. They are encoded once for each state of the pod, so an event costs
/// less than with <see cref="PodEnricherExtensions.WithPodMetadata"/>, which gives every sink properties and not text alone. An event has a label's
/// value at the time when it is written. The attributes' names belong to the pod: an event that has a property of such a name itself would have two.
/// <code>
/// builder.Services.AddSerilog((services, log) =&gt; log.WriteTo.Console(
///     new PodJsonFormatter(new CompactJsonFormatter(), services.GetRequiredService&lt;IPodMetadata&gt;(), pod =&gt; pod.Labels("env"))));
/// </code>
/// </summary>
public sealed class PodJsonFormatter : ITextFormatter
{
    private readonly ITextFormatter _inner;
    private readonly PodAttributes _attributes;

    /// <summary>Takes the formatter that writes the rest.</summary>
    /// <param name="inner">Writes each event as one JSON object: <c>JsonFormatter</c>, <c>CompactJsonFormatter</c> and the like. What it writes otherwise stays as it is.</param>
    /// <param name="metadata">The pod.</param>
    /// <param name="configure">Chooses the labels and the rest; null: name, namespace and node.</param>
    public PodJsonFormatter(ITextFormatter inner, IPodMetadata metadata, Action<PodAttributeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(metadata);
        var options = new PodAttributeOptions();
        configure?.Invoke(options);
        _inner = inner;
        _attributes = new PodAttributes(metadata, options);
    }

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        if (_attributes.Current is not { Count: > 0 } attributes)
        {
            _inner.Format(logEvent, output);
            return;
        }

        ArgumentNullException.ThrowIfNull(output);
        var line = JsonLine.Begin(output, attributes.JsonMembers);
        try
        {
            _inner.Format(logEvent, line.Writer);
            line.End();
        }
        finally
        {
            line.Dispose();
        }
    }
}
