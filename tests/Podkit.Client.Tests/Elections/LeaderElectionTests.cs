using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.Testing;

namespace Podkit.Client.Tests.Elections;

public sealed class LeaderElectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<CancellationToken> _leads = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeApiServer _server = null!;
    private volatile string? _lease;
    private Func<HttpContext, Task<bool>> _before = _ => Task.FromResult(false);

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync(_authority.Server(), AnswerAsync);

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_credential_that_cannot_be_read_is_waited_for()
    {
        var token = Path.Combine(_folder.Path, "token");
        using var client = new KubernetesClient(new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityData = _authority.Pem, TokenFile = token });
        var running = RunAsync(new LeaderElection(client, Fast));
        await Task.WhenAny(running, Task.Delay(200));
        running.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(token, "good");
        await _leads.Task.WaitAsync(Limit);
        await EndAsync(running);
    }

    [Fact]
    public async Task A_listener_that_throws_ends_nothing_and_others_are_told()
    {
        using var client = Clients.For(_server, _authority);
        var election = new LeaderElection(client, Fast);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        election.LeaderChanged += _ => throw new InvalidOperationException("no");
        election.LeaderChanged += leader => told.TrySetResult(leader);
        var running = RunAsync(election);
        await _leads.Task.WaitAsync(Limit);
        (await told.Task.WaitAsync(Limit)).ShouldBe("me");
        await EndAsync(running);
        Holder().ShouldBe("");
    }

    [Fact]
    public async Task A_lease_that_a_cancelled_attempt_has_taken_is_given_back()
    {
        using var client = Clients.For(_server, _authority);
        _before = async c =>
        {
            if (c.Request.Method != "POST") return false;
            await KeepAsync(c);
            _created.SetResult();
            await c.Forever();
            return true;
        };
        var running = RunAsync(new LeaderElection(client, Fast));
        await _created.Task.WaitAsync(Limit);
        Holder().ShouldBe("me");
        await EndAsync(running);
        Holder().ShouldBe("");
        _leads.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task The_time_to_renew_counts_from_before_the_write_that_took_the_lease()
    {
        var time = new ManualTime();
        using var client = Clients.For(_server, _authority, options: new KubernetesClientOptions { TimeProvider = time });
        _before = async c =>
        {
            if (c.Request.Method == "POST") time.Advance(TimeSpan.FromSeconds(8));
            if (c.Request.Method != "PUT") return false;
            _replaced.TrySetResult();
            await c.Forever();
            return true;
        };
        var running = RunAsync(new LeaderElection(client, new LeaderElectionOptions { LeaseName = "work", Namespace = "default", Identity = "me", ReleaseOnCancel = false }));
        var work = await _leads.Task.WaitAsync(Limit);

        // 2 of the 10 seconds are left: it is renewed at once, and when that has no answer the work ends with them.
        await _replaced.Task.WaitAsync(Limit);
        work.IsCancellationRequested.ShouldBeFalse();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = work.Register(cancelled.SetResult);
        time.Advance(TimeSpan.FromSeconds(2));
        await cancelled.Task.WaitAsync(Limit);
        await EndAsync(running);
    }

    private static LeaderElectionOptions Fast => new()
    {
        LeaseName = "work",
        Namespace = "default",
        Identity = "me",
        LeaseDuration = TimeSpan.FromSeconds(20),
        RenewDeadline = TimeSpan.FromSeconds(15),
        RetryPeriod = TimeSpan.FromMilliseconds(20),
    };

    private Task RunAsync(LeaderElection election) => Task.Run(() => election.RunAsync(
        async stop =>
        {
            _leads.TrySetResult(stop);
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        },
        _stop.Token));

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.WaitAsync(Limit);
    }

    private string? Holder() => (string?)JsonNode.Parse(_lease!)!["spec"]!["holderIdentity"];

    private async Task AnswerAsync(HttpContext context)
    {
        if (await _before(context)) return;
        if (context.Request.Method == "GET") await (_lease is { } lease ? context.Json(lease) : context.Status(404, "NotFound", "leases \\\"work\\\" not found"));
        else await context.Json(await KeepAsync(context));
    }

    private async Task<string> KeepAsync(HttpContext context)
    {
        var lease = (await JsonNode.ParseAsync(context.Request.Body))!;
        lease["metadata"]!["resourceVersion"] = Guid.NewGuid().ToString("n");
        return _lease = lease.ToJsonString();
    }
}
