using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>
/// The pod in OpenTelemetry's signals. What is fixed describes the resource; labels, which change, come with each span and log record, and as the
/// gauge <c>podkit.pod.info</c>. Where <c>metadata</c> is left out it is the one of the app's services: <c>AddPodMetadata()</c>.
/// </summary>
public static class PodTelemetryExtensions
{
    /// <summary>Adds the pod to resource, traces, logs and metrics of the app, as far as the app has them.</summary>
    /// <param name="builder">OpenTelemetry of the app, such as <c>services.AddOpenTelemetry()</c>.</param>
    /// <param name="configure">Chooses the labels.</param>
    public static IOpenTelemetryBuilder AddPodMetadata(this IOpenTelemetryBuilder builder, Action<PodAttributeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.ConfigureOpenTelemetryTracerProvider(b => b.ConfigureResource(r => r.AddPodMetadata()).AddPodMetadata(configure));
        builder.Services.ConfigureOpenTelemetryLoggerProvider(b => b.ConfigureResource(r => r.AddPodMetadata()).AddPodMetadata(configure));
        builder.Services.ConfigureOpenTelemetryMeterProvider(b => b.ConfigureResource(r => r.AddPodMetadata()).AddPodMetadata(configure));
        return builder;
    }

    /// <summary>Adds what is fixed for the life of the pod: <see cref="PodResourceDetector"/>.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="metadata">The pod.</param>
    public static ResourceBuilder AddPodMetadata(this ResourceBuilder builder, IPodMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return metadata is null ? builder.AddDetector(services => new PodResourceDetector(Metadata(services, null))) : builder.AddDetector(new PodResourceDetector(metadata));
    }

    /// <summary>Adds chosen labels to each span, as they are when it begins.</summary>
    /// <param name="builder">The traces.</param>
    /// <param name="configure">Chooses the labels; what the resource says is not repeated unless asked for.</param>
    /// <param name="metadata">The pod.</param>
    public static TracerProviderBuilder AddPodMetadata(this TracerProviderBuilder builder, Action<PodAttributeOptions>? configure = null, IPodMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProcessor(services => new PodSpanProcessor(Attributes(services, configure, metadata)));
    }

    /// <summary>
    /// Adds chosen labels to each log record, as they are when it is written. Add it before the exporter. With <c>IncludeScopes</c>,
    /// <c>builder.Logging.AddPodMetadata()</c> does the same without allocating.
    /// </summary>
    /// <param name="builder">The logs.</param>
    /// <param name="configure">Chooses the labels; what the resource says is not repeated unless asked for.</param>
    /// <param name="metadata">The pod.</param>
    public static LoggerProviderBuilder AddPodMetadata(this LoggerProviderBuilder builder, Action<PodAttributeOptions>? configure = null, IPodMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProcessor(services => new PodLogProcessor(Attributes(services, configure, metadata)));
    }

    /// <inheritdoc cref="AddPodMetadata(LoggerProviderBuilder, Action{PodAttributeOptions}?, IPodMetadata?)"/>
    /// <param name="options">The logs.</param>
    /// <param name="configure">Chooses the labels; what the resource says is not repeated unless asked for.</param>
    /// <param name="metadata">The pod.</param>
    public static OpenTelemetryLoggerOptions AddPodMetadata(this OpenTelemetryLoggerOptions options, Action<PodAttributeOptions>? configure = null, IPodMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddProcessor(services => new PodLogProcessor(Attributes(services, configure, metadata)));
    }

    /// <summary>
    /// Adds the gauge <c>podkit.pod.info</c>: 1 with chosen labels as they are at each collection, 0 as they were before. Measurements of other instruments
    /// cannot have them: OpenTelemetry has no processors for metrics, and a label on every series would double all series at each change.
    /// </summary>
    /// <param name="builder">The metrics.</param>
    /// <param name="configure">Chooses the labels; what the resource says is not repeated unless asked for.</param>
    /// <param name="metadata">The pod.</param>
    public static MeterProviderBuilder AddPodMetadata(this MeterProviderBuilder builder, Action<PodAttributeOptions>? configure = null, IPodMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(PodInfoMeter.MeterName).AddInstrumentation(services => new PodInfoMeter(Attributes(services, configure, metadata)));
    }

    private static PodAttributes Attributes(IServiceProvider services, Action<PodAttributeOptions>? configure, IPodMetadata? metadata)
    {
        var options = new PodAttributeOptions().Fields();
        configure?.Invoke(options);
        return new PodAttributes(Metadata(services, metadata), options);
    }

    private static IPodMetadata Metadata(IServiceProvider services, IPodMetadata? metadata) => metadata ?? services.GetService<IPodMetadata>()
        ?? throw new InvalidOperationException("OpenTelemetry's AddPodMetadata() needs the pod's metadata: call builder.AddPodMetadata() or services.AddPodMetadata() as well, or give it.");
}
