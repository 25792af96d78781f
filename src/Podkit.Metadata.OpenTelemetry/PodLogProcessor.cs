using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>Gives each log record the labels that the pod has when it is written.</summary>
internal sealed class PodLogProcessor(PodAttributes attributes) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var pod = attributes.Current;
        if (pod.Count > 0) data.Attributes = data.Attributes is { Count: > 0 } own ? new JoinedAttributes(own, pod) : pod;
    }
}
