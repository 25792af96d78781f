namespace Podkit.Node.Probes;

/// <summary>Carries out one probe of one run of a container, from its start to its end or to a verdict that ends the run.</summary>
internal sealed class ProbeLoop(ProbeKind kind, ProbeSettings settings, IProber prober, TimeProvider time)
{
    private readonly ProbeCounter _counter = new(kind == ProbeKind.Readiness ? settings.SuccessThreshold : 1, settings.FailureThreshold, ProbeCounter.InitialOf(kind));

    /// <summary>Called after each try that did not succeed.</summary>
    public Action<ProbeKind, ProbeOutcome>? Unhealthy { get; init; }

    /// <summary>Called when the verdict changes.</summary>
    public required Action<ProbeKind, bool> Verdict { get; init; }

    /// <param name="containerStart">When the container's process started: the initial delay counts from there.</param>
    /// <param name="cancellationToken">Cancelled when the run ends.</param>
    public async Task RunAsync(DateTimeOffset containerStart, CancellationToken cancellationToken)
    {
        await DelayUntilAsync(containerStart + settings.InitialDelay, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var began = time.GetUtcNow();
            var outcome = await TryAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!outcome.Success) Unhealthy?.Invoke(kind, outcome);
            if (Judge(outcome.Success)) return;
            await DelayUntilAsync(began + settings.Period, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ProbeOutcome> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await prober.ProbeAsync(settings.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ProbeOutcome.Errored(e.Message);
        }
    }

    /// <summary>Counts an outcome; true when nothing is left to ask.</summary>
    private bool Judge(bool success)
    {
        var before = _counter.Verdict;
        if (!_counter.Count(success)) return false;
        if (_counter.Verdict != before) Verdict(kind, success);
        return kind switch { ProbeKind.Startup => true, ProbeKind.Liveness => !success, _ => false };
    }

    private async Task DelayUntilAsync(DateTimeOffset when, CancellationToken cancellationToken)
    {
        var left = when - time.GetUtcNow();
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
    }
}
