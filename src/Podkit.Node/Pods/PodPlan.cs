using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>What is to be done next for a pod.</summary>
internal sealed class PodPlan
{
    /// <summary>The containers whose turn to start has come.</summary>
    public List<ContainerRecord> Start { get; } = [];

    /// <summary>The containers that rest until a time before they run again.</summary>
    public List<RestingContainer> Resting { get; } = [];

    /// <summary>The sidecars to end, because what they served has finished; last started first.</summary>
    public List<ContainerRecord> Stop { get; } = [];

    /// <summary>Whether nothing runs and nothing will run again.</summary>
    public bool Finished { get; set; }

    /// <summary>When to look again although nothing happens.</summary>
    public DateTimeOffset? LookAgainAt { get; private set; }

    public void Rest(RestingContainer container)
    {
        Resting.Add(container);
        LookAgain(container.Until);
    }

    public void LookAgain(DateTimeOffset at)
    {
        if (LookAgainAt is null || at < LookAgainAt) LookAgainAt = at;
    }
}
