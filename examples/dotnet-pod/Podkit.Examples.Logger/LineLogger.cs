using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Metadata;

namespace Podkit.Examples.Logger;

/// <summary>Says who it is, then a line every second. Each carries the label <c>env</c> as it is at that moment.</summary>
internal sealed partial class LineLogger(IPodMetadata metadata, ILogger<LineLogger> logger, TimeProvider? time = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pod = metadata.Current;
        LogIdentity(logger, pod.Namespace, pod.Name, pod.Uid, pod.ServiceAccountName, pod.Annotations["example.com/team"]);
        LogPlace(logger, pod.NodeName, pod.HostIP, pod.PodIP);
        LogLimits(logger, pod.Resources.Limits.CpuCores, pod.Resources.Limits.MemoryBytes);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time ?? TimeProvider.System);
        for (var line = 1; await timer.WaitForNextTickAsync(stoppingToken); line++) LogLine(logger, line);
    }

    [LoggerMessage(1, LogLevel.Information, "I am {Namespace}/{Name} ({Uid}), account {Account}, team {Team}")]
    private static partial void LogIdentity(ILogger logger, string @namespace, string name, string uid, string account, string team);

    [LoggerMessage(2, LogLevel.Information, "I run on {Node}: host {HostIP}, pod {PodIP}")]
    private static partial void LogPlace(ILogger logger, string node, string hostIP, string podIP);

    [LoggerMessage(3, LogLevel.Information, "limits: {Cores} cores, {Bytes} bytes")]
    private static partial void LogLimits(ILogger logger, double? cores, long? bytes);

    [LoggerMessage(4, LogLevel.Information, "line {Line}")]
    private static partial void LogLine(ILogger logger, int line);
}
