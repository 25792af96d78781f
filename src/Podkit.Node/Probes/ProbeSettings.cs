using Podkit.Model.Core.V1;

namespace Podkit.Node.Probes;

/// <summary>A probe's numbers with Kubernetes' defaults.</summary>
internal readonly record struct ProbeSettings(TimeSpan InitialDelay, TimeSpan Period, TimeSpan Timeout, int SuccessThreshold, int FailureThreshold)
{
    public static ProbeSettings Of(Probe probe) => new(
        TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0),
        TimeSpan.FromSeconds(AtLeastOne(probe.PeriodSeconds, 10)),
        TimeSpan.FromSeconds(AtLeastOne(probe.TimeoutSeconds, 1)),
        AtLeastOne(probe.SuccessThreshold, 1),
        AtLeastOne(probe.FailureThreshold, 3));

    private static int AtLeastOne(int? value, int fallback) => value is > 0 ? value.Value : fallback;
}
