namespace Podkit.Client;

/// <summary>Who runs for which lease, and how fast; the times are client-go's and their rules are checked.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The name of the Lease.</summary>
    public required string LeaseName { get; init; }

    /// <summary>The namespace of the Lease; null: the client's.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// The name of this candidate, different for each process. Default: the host's name (in a pod, the pod's) and a random part, as client-go's users do: two
    /// processes of one name would both think that they lead.
    /// </summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid():n}";

    /// <summary>How long others wait, after they last saw the lease change, before they take it. Default: 15 seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it stops; shorter than <see cref="LeaseDuration"/>. Default: 10 seconds.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long between two attempts, to renew or to take; candidates add up to 1.2 times as much at random. Default: 2 seconds.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the lease is given back when the work has ended, so that another may lead at once. Default: true.</summary>
    public bool ReleaseOnCancel { get; init; } = true;

    internal const double Jitter = 1.2;

    internal void Validate()
    {
        if (string.IsNullOrEmpty(LeaseName)) throw Bad(nameof(LeaseName), "be the name of a Lease");
        if (string.IsNullOrEmpty(Identity)) throw Bad(nameof(Identity), "not be empty");
        if (LeaseDuration < TimeSpan.FromSeconds(1)) throw Bad(nameof(LeaseDuration), "be at least a second: a Lease counts whole seconds");
        if (LeaseDuration <= RenewDeadline) throw Bad(nameof(LeaseDuration), $"be greater than {nameof(RenewDeadline)}");
        if (RenewDeadline <= RetryPeriod * Jitter) throw Bad(nameof(RenewDeadline), $"be greater than {nameof(RetryPeriod)} * 1.2");
        if (RetryPeriod <= TimeSpan.Zero) throw Bad(nameof(RetryPeriod), "be positive");
    }

    private static KubernetesConfigurationException Bad(string option, string must) => new($"LeaderElectionOptions.{option} must {must}");
}
