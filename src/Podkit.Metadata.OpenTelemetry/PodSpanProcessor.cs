using System.Diagnostics;
using OpenTelemetry;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>Gives each span the labels that the pod has when the span begins.</summary>
internal sealed class PodSpanProcessor(PodAttributes attributes) : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (!data.IsAllDataRequested) return;
        foreach (ref readonly var attribute in attributes.Current) data.SetTag(attribute.Key, attribute.Value);
    }
}
