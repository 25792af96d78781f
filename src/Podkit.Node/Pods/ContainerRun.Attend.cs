using Microsoft.Extensions.Logging;
using Podkit.Model.Core.V1;
using Podkit.Node.Events;
using Podkit.Node.Probes;

namespace Podkit.Node.Pods;

/// <content>What goes on beside the process: the postStart hook, then the probes.</content>
internal sealed partial class ContainerRun
{
    private async Task AttendAsync(ContainerCommands commands, CancellationToken cancellationToken)
    {
        try
        {
            if (Container.Lifecycle?.PostStart is { } hook && await RunHookAsync(commands, hook, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                Say(EventType.Warning, PodEvents.FailedPostStartHook, $"PostStartHook failed: {problem}");
                Say(EventType.Normal, PodEvents.Killing, "FailedPostStartHook");
                Stop(_scope.Grace);
                return;
            }
            if (Container.StartupProbe is { } startup && !await HasStartedAsync(commands, startup, cancellationToken).ConfigureAwait(false)) return;
            _tell(new PodMessage.RunReady(this));
            await Task.WhenAll(
                ProbeAsync(commands, ProbeKind.Liveness, Container.LivenessProbe, cancellationToken),
                ProbeAsync(commands, ProbeKind.Readiness, Container.ReadinessProbe, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogUnattended(Name, _scope.Identity);
        }
    }

    private async Task<string?> RunHookAsync(ContainerCommands commands, LifecycleHandler hook, CancellationToken cancellationToken)
    {
        try
        {
            return await commands.RunHookAsync(hook, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_grace.HookOver.IsCancellationRequested)
        {
            return "it took longer than the grace period";
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return "the container ended before it";
        }
    }

    private async Task<bool> HasStartedAsync(ContainerCommands commands, Probe probe, CancellationToken cancellationToken)
    {
        var started = false;
        if (commands.ProberOf(probe) is not { } prober) return true;
        var loop = new ProbeLoop(ProbeKind.Startup, ProbeSettings.Of(probe), prober, _node.Time)
        {
            Verdict = (kind, verdict) =>
            {
                started = verdict;
                if (!verdict) _tell(new PodMessage.ProbeJudged(this, kind, verdict));
            },
            Unhealthy = SayUnhealthy,
        };
        await loop.RunAsync(StartedAt, cancellationToken).ConfigureAwait(false);
        return started;
    }

    private Task ProbeAsync(ContainerCommands commands, ProbeKind kind, Probe? probe, CancellationToken cancellationToken)
    {
        if (probe is null || commands.ProberOf(probe) is not { } prober) return Task.CompletedTask;
        var loop = new ProbeLoop(kind, ProbeSettings.Of(probe), prober, _node.Time)
        {
            Verdict = (judged, verdict) => _tell(new PodMessage.ProbeJudged(this, judged, verdict)),
            Unhealthy = SayUnhealthy,
        };
        return loop.RunAsync(StartedAt, cancellationToken);
    }

    private void SayUnhealthy(ProbeKind kind, ProbeOutcome outcome) =>
        Say(EventType.Warning, PodEvents.Unhealthy, $"{kind} probe {(outcome.IsError ? "errored" : "failed")}: {outcome.Message}");

    [LoggerMessage(Level = LogLevel.Trace, Message = "Container {Container} of pod {Pod} is no longer probed.")]
    private partial void LogUnattended(string container, PodIdentity pod);
}
