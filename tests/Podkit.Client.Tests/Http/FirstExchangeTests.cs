using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Podkit.Client.Http;

namespace Podkit.Client.Tests.Http;

public sealed class FirstExchangeTests
{
    [Fact]
    public async Task It_is_a_whole_exchange_that_neither_the_meters_nor_the_traces_of_net_have_seen()
    {
        var seen = new ConcurrentQueue<string>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => !source.Name.StartsWith("Experimental.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => seen.Enqueue($"{a.DisplayName} {string.Join(' ', a.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(traces);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("System.Net", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags));
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        meters.Start();

        (await FirstExchange.RunAsync()).ShouldBe("{}");
        seen.ShouldAllBe(s => !s.Contains("first-exchange", StringComparison.Ordinal));

        void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) seen.Enqueue($"{tag.Key}={tag.Value}");
        }
    }
}
