using System.Diagnostics.Metrics;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>
/// The gauge <c>podkit.pod.info</c>: always 1, with the labels of the moment. A query joins it to the other metrics of the same resource.
/// </summary>
internal sealed class PodInfoMeter : IDisposable
{
    public const string MeterName = "Podkit.Metadata";

    private readonly Meter _meter = new(MeterName);

    public PodInfoMeter(PodAttributes attributes) =>
        _meter.CreateObservableGauge("podkit.pod.info", () => new Measurement<int>(1, attributes.Current.AsSpan()), description: "Always 1, with the pod's present labels.");

    public void Dispose() => _meter.Dispose();
}
