using System.Collections.Concurrent;
using System.Diagnostics;
using Podkit.Client;
using Podkit.Model.Coordination.V1;

namespace Podkit.LocalCluster.Tests.Watching;

public sealed class LeaderElectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private EmbeddedServer _server = null!;

    public async Task InitializeAsync() => _server = await EmbeddedServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task One_leads_and_hands_over_when_its_work_has_ended()
    {
        using var stopA = new CancellationTokenSource();
        using var stopB = new CancellationTokenSource();
        var order = new ConcurrentQueue<string>();
        var (a, b) = (Create("a"), Create("b"));
        var leadsA = Signal();
        var running = a.RunAsync(async stop =>
        {
            leadsA.SetResult();
            await Until(stop);
            await Task.Delay(300, CancellationToken.None);
            order.Enqueue("a has ended");
        }, stopA.Token);
        await leadsA.Task.WaitAsync(Limit);
        a.IsLeader.ShouldBeTrue();
        var leadsB = Signal();
        var other = b.RunAsync(async stop =>
        {
            order.Enqueue("b begins");
            leadsB.SetResult();
            await Until(stop);
        }, stopB.Token);
        await Task.Delay(100);
        b.IsLeader.ShouldBeFalse();
        await stopA.CancelAsync();
        await running.WaitAsync(Limit);
        await leadsB.Task.WaitAsync(Limit);
        order.ShouldBe(["a has ended", "b begins"]);
        var lease = await Leases.GetAsync("work");
        (lease.Spec.HolderIdentity, lease.Spec.LeaseTransitions, lease.Spec.LeaseDurationSeconds).ShouldBe(("b", 1, 1));
        await stopB.CancelAsync();
        await other.WaitAsync(Limit);
        (await Leases.GetAsync("work")).Spec.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_before_another_may_begin()
    {
        using var client = _server.CreateClient();
        using var stop = new CancellationTokenSource();
        var a = new LeaderElection(client, Options("a"));
        var began = Signal();
        var ended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = a.RunAsync(async token =>
        {
            began.TrySetResult();
            await Until(token);
            ended.TrySetResult(Stopwatch.GetTimestamp());
        }, stop.Token);
        await began.Task.WaitAsync(Limit);
        var begins = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopB = new CancellationTokenSource();
        var other = Create("b").RunAsync(async token =>
        {
            begins.TrySetResult(Stopwatch.GetTimestamp());
            await Until(token);
        }, stopB.Token);

        // Every write of the first fails from now on.
        client.Dispose();
        (await ended.Task.WaitAsync(Limit)).ShouldBeLessThan(await begins.Task.WaitAsync(Limit));
        await stop.CancelAsync();
        await stopB.CancelAsync();
        await Task.WhenAll(IgnoreDisposed(running), other).WaitAsync(Limit);
    }

    [Fact]
    public async Task A_lease_that_another_has_taken_is_lost_at_once_and_sought_again()
    {
        using var stop = new CancellationTokenSource();
        var a = Create("a");
        var terms = 0;
        var ended = Signal();
        var again = Signal();
        var running = a.RunAsync(async token =>
        {
            if (++terms == 2) again.SetResult();
            await Until(token);
            ended.TrySetResult();
        }, stop.Token);
        await Eventually(() => a.IsLeader);
        while (true)
        {
            var lease = await Leases.GetAsync("work");
            lease.Spec.HolderIdentity = "thief";
            try
            {
                await Leases.ReplaceAsync(lease);
                break;
            }
            catch (KubernetesException e) when (e.IsConflict)
            {
                // It was renewed meanwhile.
            }
        }

        await ended.Task.WaitAsync(Limit);
        await again.Task.WaitAsync(Limit);
        a.Transitions.ShouldBe(1);
        await stop.CancelAsync();
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task Work_that_ends_by_itself_gives_the_lease_back_and_its_failure_is_the_callers()
    {
        await Create("a").RunAsync(_ => Task.CompletedTask, default).WaitAsync(Limit);
        (await Leases.GetAsync("work")).Spec.HolderIdentity.ShouldBeNullOrEmpty();
        (await Should.ThrowAsync<InvalidOperationException>(() => Create("b").RunAsync(_ => throw new InvalidOperationException("no"), default).WaitAsync(Limit))).Message.ShouldBe("no");
        (await Leases.GetAsync("work")).Spec.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Theory]
    [InlineData(10, 10, 2, "LeaseDuration must be greater than RenewDeadline")]
    [InlineData(15, 2, 2, "RenewDeadline must be greater than RetryPeriod * 1.2")]
    public void Times_that_do_not_fit_together_are_refused(int lease, int renew, int retry, string message)
    {
        var options = new LeaderElectionOptions { LeaseName = "l", LeaseDuration = TimeSpan.FromSeconds(lease), RenewDeadline = TimeSpan.FromSeconds(renew), RetryPeriod = TimeSpan.FromSeconds(retry) };
        Should.Throw<KubernetesConfigurationException>(() => new LeaderElection(_server.Direct, options)).Message.ShouldEndWith(message);
    }

    private ResourceClient<Lease> Leases => _server.Direct.Leases.InNamespace("default");

    private LeaderElection Create(string identity) => new(_server.Direct, Options(identity));

    private static LeaderElectionOptions Options(string identity) => new()
    {
        LeaseName = "work",
        Namespace = "default",
        Identity = identity,
        LeaseDuration = TimeSpan.FromSeconds(1),
        RenewDeadline = TimeSpan.FromMilliseconds(600),
        RetryPeriod = TimeSpan.FromMilliseconds(50),
    };

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Until(CancellationToken token)
    {
        var done = Signal();
        token.Register(() => done.TrySetResult());
        return done.Task;
    }

    private static async Task IgnoreDisposed(Task task)
    {
        try
        {
            await task;
        }
        catch (ObjectDisposedException)
        {
            // Its client is gone.
        }
    }

    private static async Task Eventually(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Limit) throw new TimeoutException();
            await Task.Delay(2);
        }
    }
}
