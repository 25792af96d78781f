using System.Diagnostics;
using Podkit.Node.Events;
using Podkit.Node.Probes;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <content>What is decided after each message, and what messages change.</content>
internal sealed partial class PodWorker
{
    private DateTimeOffset Now => _node.Time.GetUtcNow();

    private IReadOnlyList<string> PodIPs => _address is null ? _node.HostIPs : [_address];

    private void Step(ITimer timer)
    {
        var now = Now;
        DateTimeOffset? wake = null;
        if (_ending is null) CheckForEnd(now, ref wake);
        if (_ending is not null) wake = StepEnding(now);
        else if (_prepared && !_ended) StepRunning(now, ref wake);
        if (wake is { } at) timer.Change(at > now ? at - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Report(now);
        CloseIfEnded();
    }

    private void StepRunning(DateTimeOffset now, ref DateTimeOffset? wake)
    {
        var plan = PodPlanner.Plan(_records, _pod.Spec.RestartPolicy, _backoffs, now);
        foreach (var record in plan.Start) StartRun(record, now);
        foreach (var resting in plan.Resting) Rest(resting);
        if (plan.Stop.Count > 0) EndSidecar(plan.Stop[0]);
        if (plan.LookAgainAt < wake || wake is null) wake = plan.LookAgainAt ?? wake;
        _ended = plan.Finished;
    }

    private void EndSidecar(ContainerRecord record)
    {
        if (Find(record) is not { IsStopping: false } run) return;
        Say(record, EventType.Normal, PodEvents.Killing, $"Stopping container {record.Name}");
        run.Stop(PodRunScope.GraceOf(_pod));
    }

    private ContainerRun? Find(ContainerRecord record)
    {
        lock (_runs) return _runs.GetValueOrDefault(record.Name);
    }

    private void StartRun(ContainerRecord record, DateTimeOffset now)
    {
        if (record.Exit is { } exit)
        {
            if (!_backoffs.TryGetValue(record.Name, out var backoff)) _backoffs.Add(record.Name, backoff = new(_node.Options.RestartBackoff, _node.Options.LongestRestartBackoff));
            backoff.Count(exit.FinishedAt, now);
            _node.Metrics.ContainerRestarts.Add(1);
        }
        record.BeginStart();
        var run = new ContainerRun(_node, new(_pod, PodIPs, _volumes!), record, record.HasRun ? record.RestartCount + 1 : 0, Tell);
        lock (_runs) _runs.Add(record.Name, run);
        Own(Task.Run(run.RunAsync));
    }

    private void Rest(RestingContainer resting)
    {
        var record = resting.Record;
        if (record.Waiting?.Reason == WaitingReasons.CrashLoopBackOff) return;
        record.Waiting = (WaitingReasons.CrashLoopBackOff, $"back-off {GoDuration.Format(resting.Delay)} restarting failed container={record.Name} pod={_pod.Formatted()}");
        Say(record, EventType.Warning, PodEvents.BackOff, $"Back-off restarting failed container {record.Name} in pod {_pod.Formatted()}");
    }

    private void PodHasChanged()
    {
        Volatile.Write(ref _changePosted, 0);
        foreach (var record in _records)
        {
            if (PodChanges.FindContainer(_pod, record.Name) is not { } container) continue;
            var replaced = record.Spec.Image != container.Image && record.Running;
            record.Spec = container;
            if (!replaced || Find(record) is not { } run) continue;
            record.DefinitionChanged = true;
            Say(record, EventType.Normal, PodEvents.Killing, $"Container {record.Name} definition changed, will be restarted");
            run.Stop(PodRunScope.GraceOf(_pod));
        }
    }

    private void RetryConfigErrors()
    {
        foreach (var record in _records) record.RetryAt = null;
    }

    private void RunHasStarted(ContainerRun run)
    {
        run.Record.ImageId = run.ImageId;
        run.Record.MarkRunning(run.Id, run.StartedAt);
        _node.Metrics.ContainerStarts.Add(1);
        if (_counted || !_records.Main().All(r => r.Running)) return;
        _counted = true;
        _node.Metrics.PodStart.Record(Stopwatch.GetElapsedTime(_seenAt).TotalSeconds);
    }

    private void RunWasAbandoned(ContainerRun run, (string, string)? why)
    {
        Forget(run);
        run.Record.AbandonStart(why, why is null ? null : Now + RetryConfig);
    }

    private void RunHasEnded(ContainerRun run, ContainerExit exit)
    {
        Forget(run);
        run.Record.MarkTerminated(exit);
    }

    private void Forget(ContainerRun run)
    {
        lock (_runs) _runs.Remove(run.Name);
        run.Dispose();
    }

    private void ProbeHasJudged(PodMessage.ProbeJudged judged)
    {
        var (run, record) = (judged.Run, judged.Run.Record);
        if (Find(record) != run) return;
        if (judged.Kind == ProbeKind.Readiness)
        {
            record.ProbedReady = judged.Verdict;
            return;
        }
        if (run.IsStopping) return;
        var probe = judged.Kind == ProbeKind.Startup ? run.Container.StartupProbe : run.Container.LivenessProbe;
        var kind = judged.Kind == ProbeKind.Startup ? "startup" : "liveness";
        Say(record, EventType.Normal, PodEvents.Killing, $"Container {record.Name} failed {kind} probe, will be restarted");
        run.Stop(probe?.TerminationGracePeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : PodRunScope.GraceOf(_pod));
    }

    private void Report(DateTimeOffset now)
    {
        if (_removed) return;
        var status = PodStatusBuilder.Build(new PodView(_pod, _records, now)
        {
            Reported = _reported?.Conditions,
            StartTime = _startTime,
            HostIPs = _node.HostIPs,
            PodIPs = _prepared ? PodIPs : [],
            NetworkReady = _prepared && !_tornDown,
            Terminal = _ending is not null,
            Failure = _failure,
            Disruption = _disruption,
        });
        if (PodPhases.IsTerminal(_pod.Status.Phase) && _reported is null) return;
        Volatile.Write(ref _reported, status);
        _reporter.Report(status);
    }

    private void Say(ContainerRecord record, string type, string reason, string message) =>
        _node.Events.Record(new PodRunScope(_pod, PodIPs, _volumes!).Reference(record.FieldPath), type, reason, message);
}
