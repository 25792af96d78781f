using Serilog.Core;
using Serilog.Events;

namespace Podkit.Metadata.Serilog;

/// <summary>Adds the pod's attributes as properties that are made once for each state of the pod.</summary>
internal sealed class PodEnricher(PodAttributes attributes) : ILogEventEnricher
{
    private State _state = new(null, []);

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        var list = attributes.Current;
        var state = Volatile.Read(ref _state);
        if (!ReferenceEquals(state.List, list))
        {
            state = new State(list, [.. list.Select(a => new LogEventProperty(a.Key, new ScalarValue(a.Value)))]);
            Volatile.Write(ref _state, state);
        }

        foreach (var property in state.Properties) logEvent.AddPropertyIfAbsent(property);
    }

    private sealed record State(PodAttributeList? List, LogEventProperty[] Properties);
}
