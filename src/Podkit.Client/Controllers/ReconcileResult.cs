namespace Podkit.Client;

/// <summary>When a key is to be reconciled again, besides when something changes.</summary>
public readonly record struct ReconcileResult
{
    private ReconcileResult(bool again, TimeSpan? after) => (Again, AfterDelay) = (again, after);

    /// <summary>When something changes, and not before.</summary>
    public static ReconcileResult Done => default;

    /// <summary>Again, as after a failure: later each time.</summary>
    public static ReconcileResult Requeue => new(true, null);

    internal bool Again { get; }

    internal TimeSpan? AfterDelay { get; }

    /// <summary>Again after some time; the key counts as having succeeded, as controller-runtime's <c>RequeueAfter</c>.</summary>
    /// <param name="delay">The time.</param>
    public static ReconcileResult After(TimeSpan delay) => new(true, delay);
}
