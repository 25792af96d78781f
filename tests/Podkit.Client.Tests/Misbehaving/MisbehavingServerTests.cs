using System.Collections.Concurrent;
using System.Diagnostics;
using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Misbehaving;

/// <summary>Unobserved exceptions are the whole process's.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// Whatever the server does wrong, the informer's store equals the server's within 15 seconds of its doing right again, nothing is left unobserved, and no task,
/// timer or socket is left behind. Each case runs with streaming lists and without.
/// </summary>
[Collection(nameof(Alone))]
public sealed class MisbehavingServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly CountingTime _time = new();
    private readonly ConcurrentQueue<Exception> _errors = new();
    private readonly ConcurrentQueue<Exception> _unobserved = new();
    private RawApiServer _server = null!;
    private KubernetesClient _client = null!;
    private Informer<Pod> _informer = null!;
    private TimeSpan _requestTimeout = TimeSpan.FromSeconds(30);
    private WatchOptions _watch = new() { FirstBackoff = TimeSpan.FromMilliseconds(5), LongestBackoff = TimeSpan.FromMilliseconds(40), PageSize = 2 };

    public Task InitializeAsync()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        _server = new RawApiServer(_authority.Server());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_informer is not null) await _informer.DisposeAsync();
        _client?.Dispose();
        var patience = Stopwatch.StartNew();
        while ((_server.OpenConnections > 0 || _time.Timers > 0) && patience.Elapsed < Within) await Task.Delay(5);
        var (connections, timers) = (_server.OpenConnections, _time.Timers);
        await _server.DisposeAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        _authority.Dispose();
        _folder.Dispose();
        connections.ShouldBe(0, "connections are left open");
        timers.ShouldBe(0, "timers are left running");
        _unobserved.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connections_refused(bool streaming)
    {
        await BeginAsync(streaming);
        await _server.StopAsync();
        await Until(() => _errors.OfType<KubernetesConnectionException>().Any(e => e.Error == KubernetesConnectionError.Refused));
        Change();
        _server.Start();
        await Converges();
        Relists(streaming).ShouldBe(1, "a refused connection is no reason to list again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_in_the_middle_of_a_chunk(bool streaming)
    {
        await BeginAsync(streaming);
        _server.Watches.Enqueue(async x =>
        {
            await x.BeginAsync();
            await x.WriteAsync("1000\r\n{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"na");
            return x.Reset();
        });
        _server.ResetAll();
        Change();
        await Converges();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_line_and_then_the_end(bool streaming)
    {
        await BeginAsync(streaming);
        for (var i = 0; i < 5; i++)
        {
            _server.Watches.Enqueue(async x =>
            {
                await x.BeginAsync();
                await x.ChunkAsync("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"p");
                await x.EndAsync();
                return true;
            });
        }

        _server.ResetAll();
        Change();
        await Converges();
        _errors.ShouldContain(e => e.Message.Contains("a line of the watch is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_for_longer_than_the_server_was_asked_to_watch(bool streaming)
    {
        _watch = _watch with { MinimumTimeout = TimeSpan.FromSeconds(1), MaximumTimeout = TimeSpan.FromSeconds(1), IdleLimit = TimeSpan.FromMilliseconds(100) };
        await BeginAsync(streaming);
        _server.Watches.Enqueue(async x =>
        {
            await x.BeginAsync();
            return await x.SilenceAsync();
        });
        _server.ResetAll();
        await Until(() => _server.Watches.IsEmpty);
        Change();
        await Converges();
        _errors.ShouldContain(e => e is KubernetesConnectionException && ((KubernetesConnectionException)e).Error == KubernetesConnectionError.TimedOut);
    }

    [Fact]
    public async Task Silence_before_the_end_of_a_streaming_list_gives_way_to_lists()
    {
        _watch = _watch with { InitialSilence = TimeSpan.FromMilliseconds(200) };
        Seed();
        _server.Watches.Enqueue(async x =>
        {
            await x.BeginAsync();
            await x.LineAsync(x.Store.Initial().Lines[0]);
            return await x.SilenceAsync();
        });
        Create(streaming: true);
        _informer.Start();
        await Converges();
        _server.Requests.ShouldContain(r => r.Contains("limit=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wrong_content_type(bool streaming)
    {
        Seed();
        for (var i = 0; i < 4; i++)
        {
            _server.Watches.Enqueue(x => x.AnswerAsync(200, "<html>please log in</html>", "", "text/html"));
            _server.Lists.Enqueue(x => x.AnswerAsync(200, "<html>please log in</html>", "", "text/html"));
        }

        Create(streaming);
        _informer.Start();
        await Converges();
        if (streaming) _errors.ShouldContain(e => e.Message.Contains("text/html", StringComparison.Ordinal));
        for (var i = 0; i < 4; i++) _server.Watches.Enqueue(x => x.AnswerAsync(200, "{}", "", "text/html"));
        _server.ResetAll();
        Change();
        await Converges();
    }

    [Fact]
    public async Task A_list_that_is_none_empties_nothing()
    {
        _watch = _watch with { PageSize = 500 };
        await BeginAsync(streaming: false);
        var emptied = 0;
        await using var handler = _informer.AddHandler(deleted: (_, _) =>
        {
            Interlocked.Increment(ref emptied);
            return ValueTask.CompletedTask;
        });
        foreach (var body in (string[])["{}", "[]", "null", """{"kind":"Status","status":"Failure","code":500}""", """{"kind":"PodList"}""", ""]) _server.Lists.Enqueue(x => x.AnswerAsync(200, body));
        _server.Store.Compact();
        _server.Store.Put("p0");
        _server.Store.Compact();
        _server.ResetAll();
        await Converges();
        _server.Lists.ShouldBeEmpty();
        emptied.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Storms_of_429(bool streaming)
    {
        await BeginAsync(streaming);
        for (var i = 0; i < 12; i++) _server.Watches.Enqueue(x => x.StatusAsync(429, "TooManyRequests", "too many requests"));
        _server.ResetAll();
        Change();
        await Converges();
        Relists(streaming).ShouldBe(1, "a throttled watch is no reason to list again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_410_in_every_place(bool streaming)
    {
        Seed();
        _server.Watches.Enqueue(x => x.StatusAsync(410, "Expired", "too old"));
        _server.Lists.Enqueue(_ => Task.FromResult(false));
        _server.Lists.Enqueue(x => x.StatusAsync(410, "Expired", "The provided continue parameter is too old"));
        Create(streaming);
        _informer.Start();
        await Converges();

        // As the answer to a watch, as its first event, after events, and of the list that follows.
        _server.Watches.Enqueue(x => x.StatusAsync(410, "Gone", "too old"));
        _server.ResetAll();
        Change();
        await Converges();
        _server.Watches.Enqueue(Gone);
        _server.ResetAll();
        Change();
        await Converges();
        _server.Lists.Enqueue(x => x.StatusAsync(410, "Expired", "too old"));
        _server.Watches.Enqueue(Gone);
        _server.Watches.Enqueue(Gone);
        _server.ResetAll();
        Change();
        await Converges();
        _server.Store.Compact();
        Change();
        _server.Store.Compact();
        _server.ResetAll();
        await Converges();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_that_come_twice_and_out_of_order(bool streaming)
    {
        await BeginAsync(streaming);
        var shuffled = new ConcurrentQueue<string>();
        _server.Watches.Enqueue(async x =>
        {
            var from = long.Parse(x.Query("resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture);
            var p5 = x.Store.Put("p5");
            var p0 = x.Store.Delete("p0");
            x.Store.Put("p5");
            x.Store.Put("p1");
            var events = x.Store.After(from).Events.Select(e => e.Line).ToList();
            await x.BeginAsync();
            foreach (var line in events.AsEnumerable().Reverse().Concat(events).Concat(events.Take(2))) await x.LineAsync(line);

            // The last is again what the server saw last, so that the watch goes on from there.
            await x.LineAsync(events[^1]);
            await x.EndAsync();
            return true;
        });
        _server.ResetAll();
        await Until(() => _server.Watches.IsEmpty);
        Change();
        await Converges();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Huge_objects_in_and_past_the_bound_of_a_line(bool streaming)
    {
        _watch = _watch with { MaximumLineBytes = 1 << 20 };
        await BeginAsync(streaming);
        _server.Store.Put("large", 900_000);
        await Converges();
        _server.Store.Put("larger", 3_000_000);
        Change();
        await Converges();
        _errors.ShouldContain(e => e.Message.Contains("longer than 1048576 bytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_sends_byte_by_byte(bool streaming)
    {
        await BeginAsync(streaming);
        _server.Watches.Enqueue(async x =>
        {
            await x.WatchAsync(async line =>
            {
                foreach (var c in line + "\n") await x.ChunkAsync(c.ToString());
            }, _ => x.Store.State.ContainsKey("p9"));
            return true;
        });
        _server.ResetAll();
        Change();
        await Converges();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watches_that_end_at_once_again_and_again(bool streaming)
    {
        await BeginAsync(streaming);
        for (var i = 0; i < 8; i++)
        {
            _server.Watches.Enqueue(async x =>
            {
                await x.BeginAsync();
                await x.EndAsync();
                return true;
            });
        }

        _server.ResetAll();
        Change();
        await Converges();
    }

    [Fact]
    public async Task A_certificate_that_is_swapped_for_one_of_another_authority_and_the_authority_file_after_it()
    {
        var ca = _folder.Write("ca.crt", _authority.Pem);
        Seed();
        Create(streaming: true, new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityFile = ca, Token = "t" });
        await _informer.StartAsync().WaitAsync(Within);
        using var next = new TestAuthority("next-ca");
        _server.Certificate = next.Server();
        _server.ResetAll();
        await Until(() => _errors.OfType<KubernetesConnectionException>().Any(e => e.Error == KubernetesConnectionError.Untrusted));
        Change();
        _informer.Store.Find("shop", "p9").ShouldBeNull();
        await File.WriteAllTextAsync(ca, next.Pem);
        await Converges();
    }

    [Fact]
    public async Task A_token_that_is_rotated_and_the_old_one_refused()
    {
        var token = _folder.Write("token", "old");
        var valid = "old";
        _server.Gate = async x => x.Authorization != $"Bearer {Volatile.Read(ref valid)}" && await x.StatusAsync(401, "Unauthorized", "Unauthorized");
        Seed();
        Create(streaming: true, new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityData = _authority.Pem, TokenFile = token });
        await _informer.StartAsync().WaitAsync(Within);
        Volatile.Write(ref valid, "new");
        _server.ResetAll();
        Change();
        await Until(() => _errors.OfType<KubernetesException>().Any(e => e.IsUnauthorized));
        await File.WriteAllTextAsync(token, "new");
        await Converges();
        _errors.ShouldAllBe(e => !e.ToString().Contains("Bearer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_streaming_list_that_is_never_answered_gives_way_to_a_list()
    {
        _watch = _watch with { InitialSilence = TimeSpan.FromMilliseconds(300) };
        Seed();
        _server.Watches.Enqueue(x => x.SilenceAsync());
        Create(streaming: true);
        _informer.Start();
        await Converges();
        _errors.ShouldContain(e => e.Message.EndsWith("was not answered within 0.3 s", StringComparison.Ordinal));
        _server.Requests.ShouldContain(r => r.Contains("limit=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_that_is_never_answered_and_a_refusal_that_never_ends(bool streaming)
    {
        _requestTimeout = TimeSpan.FromSeconds(1);
        await BeginAsync(streaming);
        _server.Watches.Enqueue(x => x.SilenceAsync());
        _server.Watches.Enqueue(async x =>
        {
            await x.WriteAsync("HTTP/1.1 500 X\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            return await x.SilenceAsync();
        });
        _server.ResetAll();
        Change();
        await Converges();
        _server.Watches.ShouldBeEmpty();
        _errors.Count(e => e.Message.EndsWith("was not answered within 1 s", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_credential_plugin_that_fails_now_and_then()
    {
        var fail = Path.Combine(_folder.Path, "fail");
        var plugin = _folder.Write("plugin", $$$"""
            #!/bin/sh
            [ -e "{{{fail}}}" ] && exit 1
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"2026-01-01T00:00:00Z"}}'
            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Seed();
        Create(streaming: true, new KubernetesClientConfiguration(_server.Address)
        {
            CertificateAuthorityData = _authority.Pem,
            Exec = new ExecCredentialOptions { Command = plugin, InteractiveMode = ExecInteractiveMode.Never },
        });
        await _informer.StartAsync().WaitAsync(Within);
        await File.WriteAllTextAsync(fail, "");
        _server.ResetAll();
        await Until(() => _errors.OfType<KubernetesConfigurationException>().Any());
        Change();
        File.Delete(fail);
        await Converges();
        _informer.Completion.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_refuses_to_stream_lists_is_asked_once_by_a_client()
    {
        _server.Streaming = false;
        Seed();
        Create(streaming: true);
        _informer.Start();
        await Converges();
        _server.Store.Compact();
        Change();
        _server.Store.Compact();
        _server.ResetAll();
        await Converges();
        _server.Requests.Count(r => r.Contains("sendInitialEvents", StringComparison.Ordinal)).ShouldBe(1);
        await using var second = _client.Pods.InNamespace("shop").Informer();
        await second.StartAsync().WaitAsync(Within);
        _server.Requests.Count(r => r.Contains("sendInitialEvents", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static async Task<bool> Gone(RawExchange exchange)
    {
        await exchange.BeginAsync();
        await exchange.LineAsync("""{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""");
        await exchange.EndAsync();
        return true;
    }

    private void Seed()
    {
        for (var i = 0; i < 5; i++) _server.Store.Put($"p{i}");
    }

    /// <summary>One of each: new, changed, gone, gone and come back.</summary>
    private void Change()
    {
        _server.Store.Put("p9");
        _server.Store.Put("p2");
        _server.Store.Delete("p1");
        _server.Store.Delete("p3");
        _server.Store.Put("p3");
    }

    private void Create(bool streaming, KubernetesClientConfiguration? configuration = null)
    {
        configuration ??= new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityData = _authority.Pem, Token = "t" };
        _client = new KubernetesClient(configuration, new KubernetesClientOptions { TimeProvider = _time, RequestTimeout = _requestTimeout, CertificateRefreshInterval = TimeSpan.Zero, TokenRefreshInterval = TimeSpan.FromSeconds(1) });
        _informer = _client.Pods.InNamespace("shop").Informer(o => o.Watch = _watch with { StreamingList = streaming, OnError = (e, _) => _errors.Enqueue(e) });
    }

    private async Task BeginAsync(bool streaming)
    {
        Seed();
        Create(streaming);
        await _informer.StartAsync().WaitAsync(Within);
        await Converges();
        var watch = streaming ? "sendInitialEvents" : "resourceVersion=";
        await Until(() => _server.Requests.Any(r => r.Contains("watch=true", StringComparison.Ordinal) && r.Contains(watch, StringComparison.Ordinal)));
    }

    /// <summary>How often the objects have been listed from the beginning.</summary>
    private int Relists(bool streaming) => _server.Requests.Count(r => streaming
        ? r.Contains("sendInitialEvents", StringComparison.Ordinal)
        : !r.Contains("watch=", StringComparison.Ordinal) && !r.Contains("continue=", StringComparison.Ordinal));

    private async Task Converges()
    {
        var clock = Stopwatch.StartNew();
        while (!Same())
        {
            if (clock.Elapsed > Within) _informer.Store.Objects.Select(p => $"{p.Metadata.Name}@{p.Metadata.ResourceVersion}").Order().ShouldBe(_server.Store.State.Select(s => $"{s.Key}@{s.Value}"), $"errors: {string.Join("; ", _errors.Select(e => e.Message))}; requests: {string.Join("; ", _server.Requests)}");
            await Task.Delay(2);
        }
    }

    private bool Same()
    {
        var store = _informer.Store;
        var state = _server.Store.State;
        return store.Count == state.Count && state.All(s => store.Find("shop", s.Key)?.Metadata.ResourceVersion == s.Value);
    }

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Within) throw new TimeoutException();
            await Task.Delay(2);
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) => _unobserved.Enqueue(e.Exception);
}
