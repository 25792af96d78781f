using Podkit.Model.Coordination.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>The Lease as one candidate sees it. Whether it has run out is judged by the time since the candidate last saw it change, on its own clock: clocks of others do not count.</summary>
internal sealed class LeaseLock(ResourceClient<Lease> leases, LeaderElectionOptions options, TimeProvider time)
{
    private Lease? _observed;
    private long _observedAt;
    private bool _sent;

    /// <summary>Who holds the lease, as last seen; empty: nobody.</summary>
    public string Holder => _observed?.Spec.HolderIdentity ?? "";

    public bool IsMine => Holder == options.Identity;

    public int Transitions => _observed?.Spec.LeaseTransitions ?? 0;

    /// <summary>Takes the lease, or renews it; false when another holds it.</summary>
    public async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        // Who leads and saw nobody else writes at once; if that was wrong, the server says so.
        if (IsMine && IsValid && await TryWriteAsync(_observed!, cancellationToken).ConfigureAwait(false)) return true;

        var lease = await leases.FindAsync(options.LeaseName, cancellationToken).ConfigureAwait(false);
        if (lease is null) return await TryCreateAsync(cancellationToken).ConfigureAwait(false);
        if (_observed is null || _observed.Metadata.ResourceVersion != lease.Metadata.ResourceVersion || _observed.Metadata.Uid != lease.Metadata.Uid) Observe(lease);
        if (Holder.Length > 0 && !IsMine && IsValid) return false;
        return await TryWriteAsync(lease, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the lease back: without a holder, and over in a second. False when it was not held, whatever was seen last: a write may have been done whose answer never came.</summary>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!_sent) return false;
        var lease = await leases.FindAsync(options.LeaseName, cancellationToken).ConfigureAwait(false);
        if (lease is null || lease.Spec.HolderIdentity != options.Identity) return false;
        var now = time.GetUtcNow();
        (lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds, lease.Spec.RenewTime, lease.Spec.AcquireTime) = ("", 1, now, now);
        return await TryReplaceAsync(lease, cancellationToken).ConfigureAwait(false);
    }

    private bool IsValid => _observed is not null && time.GetElapsedTime(_observedAt) < TimeSpan.FromSeconds(_observed.Spec.LeaseDurationSeconds ?? 0);

    private async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        var lease = new Lease { Metadata = new ObjectMeta { Name = options.LeaseName } };
        Fill(lease.Spec, mine: false, transitions: 0);
        var at = time.GetTimestamp();
        _sent = true;
        try
        {
            Observe(await leases.CreateAsync(lease, null, cancellationToken).ConfigureAwait(false), at);
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return false;
        }
    }

    private Task<bool> TryWriteAsync(Lease seen, CancellationToken cancellationToken)
    {
        var mine = seen.Spec.HolderIdentity == options.Identity;
        var lease = new Lease { Metadata = seen.Metadata, Spec = new LeaseSpec { AcquireTime = seen.Spec.AcquireTime, PreferredHolder = seen.Spec.PreferredHolder, Strategy = seen.Spec.Strategy } };
        Fill(lease.Spec, mine, (seen.Spec.LeaseTransitions ?? 0) + (mine ? 0 : 1));
        return TryReplaceAsync(lease, cancellationToken);
    }

    private void Fill(LeaseSpec spec, bool mine, int transitions)
    {
        var now = time.GetUtcNow();
        if (!mine) spec.AcquireTime = now;
        (spec.HolderIdentity, spec.RenewTime, spec.LeaseTransitions) = (options.Identity, now, transitions);
        spec.LeaseDurationSeconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds);
    }

    private async Task<bool> TryReplaceAsync(Lease lease, CancellationToken cancellationToken)
    {
        // Counted from before the write: others see it later than that, never earlier.
        var at = time.GetTimestamp();
        _sent = true;
        try
        {
            Observe(await leases.ReplaceAsync(lease, null, cancellationToken).ConfigureAwait(false), at);
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            return false;
        }
    }

    private void Observe(Lease lease, long? at = null) => (_observed, _observedAt) = (lease, at ?? time.GetTimestamp());
}
