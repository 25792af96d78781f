namespace Podkit.Node.Probes;

/// <summary>Counts the outcomes of a probe against its thresholds.</summary>
internal sealed class ProbeCounter(int successThreshold, int failureThreshold, bool? initial)
{
    private bool _last;
    private int _run;

    /// <summary>The verdict so far; null before the first.</summary>
    public bool? Verdict { get; private set; } = initial;

    /// <summary>The initial verdict of a kind of probe: alive until shown dead, not ready until shown ready, start-up open.</summary>
    public static bool? InitialOf(ProbeKind kind) => kind switch { ProbeKind.Liveness => true, ProbeKind.Readiness => false, _ => null };

    /// <summary>Counts an outcome; true when a threshold has been reached, so that <see cref="Verdict"/> stands.</summary>
    public bool Count(bool success)
    {
        _run = _run > 0 && _last == success ? _run + 1 : 1;
        _last = success;
        if (_run < (success ? successThreshold : failureThreshold)) return false;
        Verdict = success;
        return true;
    }
}
