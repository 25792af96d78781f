using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Client.Watching;
using Podkit.Model.Coordination.V1;

namespace Podkit.Client;

/// <summary>
/// Lets one of several processes do a piece of work, by a Lease; client-go's rules. A candidate takes the lease when nobody holds it, or when it has not
/// seen it change for the time that the lease says, counted on its own clock. The leader renews it; when it cannot for
/// <see cref="LeaderElectionOptions.RenewDeadline"/>, it stops before others may begin, as long as the work ends within the rest of
/// <see cref="LeaderElectionOptions.LeaseDuration"/> of its token being cancelled. As everywhere in Kubernetes, this is not a guarantee against a process that stands still: where
/// two must never write, compare <see cref="Transitions"/> at the place that is written to.
/// </summary>
public sealed class LeaderElection
{
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly LeaseLock _lock;
    private readonly ILogger _log;
    private string _told = "";
    private volatile bool _leading;
    private int _running;

    /// <summary>Creates a candidate; nothing is sent yet.</summary>
    /// <param name="client">The client; it may get, create and update the Lease.</param>
    /// <param name="options">Which lease, and how fast.</param>
    /// <exception cref="KubernetesConfigurationException">The times do not fit together.</exception>
    public LeaderElection(KubernetesClient client, LeaderElectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, client.Options.TimeProvider);
        var leases = client.Resource<Lease>().InNamespace(options.Namespace ?? client.Namespace);
        _lock = new LeaseLock(leases, options, _time);
        _log = (client.Options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Podkit.Client.LeaderElection");
    }

    /// <summary>Told of the identity of each new leader, this one included; empty when the lease was given back.</summary>
    public event Action<string>? LeaderChanged;

    /// <summary>The name of this candidate.</summary>
    public string Identity => _options.Identity;

    /// <summary>Whether this candidate leads.</summary>
    public bool IsLeader => _leading;

    /// <summary>Who holds the lease, as last seen; empty: nobody.</summary>
    public string Leader => _lock.Holder;

    /// <summary>How often the lease has changed hands, its <c>leaderTransitions</c>: it grows with each new leader, so it tells writes of an earlier one.</summary>
    public int Transitions => _lock.Transitions;

    /// <summary>
    /// Waits for the lease, works while it is held, and waits again when it is lost; until the work ends by itself or the token is cancelled. When it ends the
    /// lease is given back, after the work has ended and not before: another may begin at once, and never beside it.
    /// </summary>
    /// <param name="onStartedLeading">The work. Its token is cancelled when the lease cannot be held, or the caller's is: end then, and soon.</param>
    /// <param name="cancellationToken">Ends the candidacy: cancels the work, waits for its end while holding the lease, and gives it back.</param>
    public async Task RunAsync(Func<CancellationToken, Task> onStartedLeading, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onStartedLeading);
        if (Interlocked.Exchange(ref _running, 1) != 0) throw new InvalidOperationException("the election runs already");
        try
        {
            while (await AcquireAsync(cancellationToken).ConfigureAwait(false) is { } acquired)
            {
                if (await LeadAsync(onStartedLeading, acquired, cancellationToken).ConfigureAwait(false)) return;
            }
        }
        finally
        {
            _running = 0;
        }
    }

    /// <summary>The time from before the attempt that took the lease: others count from its write, which may have been done long before its answer came. Null when the candidacy has ended.</summary>
    private async Task<long?> AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var at = _time.GetTimestamp();
                if (await AttemptAsync(_options.RenewDeadline, cancellationToken).ConfigureAwait(false)) return at;
#pragma warning disable CA5394 // Spreading candidates is not a matter of security.
                var wait = _options.RetryPeriod * (1 + (Random.Shared.NextDouble() * LeaderElectionOptions.Jitter));
#pragma warning restore CA5394
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It may have been taken by the very attempt that was cancelled.
            if (_options.ReleaseOnCancel) await ReleaseAsync().ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Does the work while the lease is held; true when that is the end of it, false when the lease was lost.</summary>
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> onStartedLeading, long acquired, CancellationToken cancellationToken)
    {
        // The process stood still meanwhile: others may lead by now.
        if (_time.GetElapsedTime(acquired) >= _options.RenewDeadline) return false;
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LeaderElectionLog.Leads(_log, Identity, _options.LeaseName, Transitions);
        _leading = true;
        var work = Task.Run(() => onStartedLeading(leading.Token), CancellationToken.None);
        var held = false;
        try
        {
            try
            {
                held = await HoldAsync(work, acquired).ConfigureAwait(false);
            }
            finally
            {
                // However the holding ended, the work ends with it, and is waited for.
                _leading = false;
                if (!held) LeaderElectionLog.Lost(_log, Identity, _options.LeaseName, Leader);
                await leading.CancelAsync().ConfigureAwait(false);
                await Task.WhenAny(work).ConfigureAwait(false);
            }

            await work.ConfigureAwait(false);
            return held || cancellationToken.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested && (!held || cancellationToken.IsCancellationRequested))
        {
            return cancellationToken.IsCancellationRequested;
        }
        finally
        {
            if (held && _options.ReleaseOnCancel) await ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Renews until the work has ended: true; or until the lease is lost: false.</summary>
    private async Task<bool> HoldAsync(Task work, long renewed)
    {
        for (var first = true; ; first = false)
        {
            var left = _options.RenewDeadline - _time.GetElapsedTime(renewed);
            if (left <= TimeSpan.Zero) return false;

            // Taken so slowly that the first wait would be the end of it: renewed at once.
            var wait = left > _options.RetryPeriod ? _options.RetryPeriod : first ? TimeSpan.Zero : left;
            if (await EndsWithinAsync(work, wait).ConfigureAwait(false)) return true;
            left = _options.RenewDeadline - _time.GetElapsedTime(renewed);
            if (left <= TimeSpan.Zero) return false;
            var at = _time.GetTimestamp();
            if (await AttemptAsync(left, CancellationToken.None).ConfigureAwait(false)) renewed = at;
            else if (!_lock.IsMine) return false;
        }
    }

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan wait)
    {
        using var stop = new CancellationTokenSource();
        var delay = Task.Delay(wait, _time, stop.Token);
        await Task.WhenAny(work, delay).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return work.IsCompleted;
    }

    private async Task<bool> AttemptAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _lock.TryAcquireOrRenewAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (ReflectorFailures.IsExpected(e, cancellationToken))
        {
            LeaderElectionLog.Failed(_log, Identity, _options.LeaseName, e.Message);
            return false;
        }
        finally
        {
            TellLeader();
        }
    }

    private async Task ReleaseAsync()
    {
        using var timeout = new CancellationTokenSource(_options.RenewDeadline, _time);
        try
        {
            if (await _lock.ReleaseAsync(timeout.Token).ConfigureAwait(false)) LeaderElectionLog.Released(_log, Identity, _options.LeaseName);
        }
        catch (Exception e) when (ReflectorFailures.IsExpected(e, CancellationToken.None))
        {
            LeaderElectionLog.NotReleased(_log, Identity, _options.LeaseName, _options.LeaseDuration, e.Message);
        }

        TellLeader();
    }

    private void TellLeader()
    {
        var leader = _lock.Holder;
        if (leader == _told) return;
        _told = leader;
        foreach (var listener in Delegate.EnumerateInvocationList(LeaderChanged))
        {
            try
            {
                listener(leader);
            }
#pragma warning disable CA1031 // The listener is the caller's: what it throws must not end a candidacy that may hold the lease.
            catch (Exception e)
            {
                LeaderElectionLog.ListenerFailed(_log, e, Identity, _options.LeaseName);
            }
#pragma warning restore CA1031
        }
    }
}
