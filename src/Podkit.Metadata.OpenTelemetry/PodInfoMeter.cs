using System.Diagnostics.Metrics;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>
/// The gauge <c>podkit.pod.info</c>: 1 with the labels of the moment, 0 with those that were told before, since the SDK goes on exporting what was
/// measured once. A query joins it, where it is 1, to the other metrics of the same resource.
/// </summary>
internal sealed class PodInfoMeter : IDisposable
{
    public const string MeterName = "Podkit.Metadata";

    /// <summary>How many earlier states are told to be over: every reader has to hear it once.</summary>
    private const int MostEarlier = 32;

    private readonly Meter _meter = new(MeterName);
    private readonly PodAttributes _attributes;
    private readonly Lock _gate = new();
    private readonly List<PodAttributeList> _earlier = [];
    private PodAttributeList? _last;

    public PodInfoMeter(PodAttributes attributes)
    {
        _attributes = attributes;
        _meter.CreateObservableGauge("podkit.pod.info", Observe, description: "1 with the pod's present labels, 0 with earlier ones.");
    }

    public void Dispose() => _meter.Dispose();

    private List<Measurement<int>> Observe()
    {
        lock (_gate)
        {
            var now = _attributes.Current;
            if (!ReferenceEquals(now, _last))
            {
                if (_last is not null) _earlier.Add(_last);
                _earlier.RemoveAll(e => e.SequenceEqual(now));
                if (_earlier.Count > MostEarlier) _earlier.RemoveAt(0);
                _last = now;
            }

            return [new Measurement<int>(1, now.AsSpan()), .. _earlier.Select(e => new Measurement<int>(0, e.AsSpan()))];
        }
    }
}
