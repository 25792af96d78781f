using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Podkit.Client.Http;
using Podkit.Client.Tls;
using Podkit.Testing;

namespace Podkit.Client.Tests.Http;

public sealed class SecrecyTests : IDisposable
{
    private const string Token = "very-secret-token-0123456789";

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_redirect_is_not_followed_so_that_no_one_else_gets_the_token()
    {
        var seen = new ConcurrentQueue<string>();
        await using var thief = await FakeApiServer.StartAsync(null, c =>
        {
            seen.Enqueue(c.Request.Headers.Authorization.ToString());
            return c.Json("{}");
        });
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            c.Response.Redirect($"http://localhost:{thief.Port}/version");
            return Task.CompletedTask;
        });
        using var client = Clients.For(server, _authority, Token);
        var error = await Should.ThrowAsync<KubernetesException>(() => client.GetVersionAsync());
        error.Code.ShouldBe(302);
        seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proxy_carries_the_connection_and_never_sees_the_token()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json($$"""{"minor":"{{c.Request.Headers.Authorization}}"}"""));
        using var proxy = new ConnectProxy();
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, Token = Token, Proxy = proxy.Address });
        (await client.GetVersionAsync()).Minor.ShouldBe($"Bearer {Token}");
        var asked = await proxy.Asked;
        asked.ShouldStartWith($"CONNECT localhost:{server.Port} ");
        asked.ShouldNotContain("Authorization");
        asked.ShouldNotContain(Token);
    }

    [Fact]
    public async Task Neither_logs_nor_spans_nor_metrics_show_a_token_or_a_query()
    {
        var log = new ListLogger();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == KubernetesTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var attempts = 0;
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            if (Interlocked.Increment(ref attempts) > 1) return c.Json(c.Request.Path.Value!.EndsWith("/pods", StringComparison.Ordinal) ? Answers.PodList(1, "") : Answers.Pod("p", 1));
            c.Response.Headers.RetryAfter = "0";
            return c.Status(429, "TooManyRequests", "slow down");
        });
        using var client = Clients.For(server, _authority, Token, new KubernetesClientOptions { LoggerFactory = log });
        await client.Pods.InNamespace("shop").Matching("a=not-to-be-seen").ListPageAsync();
        await client.Pods.InNamespace("shop").GetAsync("p");

        log.Lines.ShouldContain(l => l.Contains("GET /api/v1/namespaces/shop/pods was answered 429 and is sent again", StringComparison.Ordinal));
        log.Lines.ShouldContain(l => l.Contains("GET /api/v1/namespaces/shop/pods/p was answered 200 in", StringComparison.Ordinal));
        var mine = spans.Where(s => s.GetTagItem("server.port") is int port && port == server.Port).ToList();
        mine.Select(s => s.DisplayName).ShouldBe(["GET /api/v1/namespaces/{namespace}/pods", "GET /api/v1/namespaces/{namespace}/pods", "GET /api/v1/namespaces/{namespace}/pods/{name}"]);
        mine[0].GetTagItem("http.response.status_code").ShouldBe(429);
        mine[0].GetTagItem("error.type").ShouldBe("429");
        mine[0].Status.ShouldBe(ActivityStatusCode.Error);
        mine[1].GetTagItem("http.request.resend_count").ShouldBe(1);
        mine[2].GetTagItem("url.full").ShouldBe($"https://localhost:{server.Port}/api/v1/namespaces/shop/pods/p");
        mine[2].GetTagItem("k8s.namespace.name").ShouldBe("shop");
        mine[2].GetTagItem("kubernetes.resource").ShouldBe("pods");
        mine[2].GetTagItem("kubernetes.verb").ShouldBe("get");
        mine[0].GetTagItem("kubernetes.verb").ShouldBe("list");
        var everything = string.Join('\n', log.Lines) + string.Join('\n', mine.SelectMany(s => s.TagObjects).Select(t => $"{t.Key}={t.Value}"));
        everything.ShouldNotContain(Token);
        everything.ShouldNotContain("not-to-be-seen");
    }

    [Fact]
    public async Task Durations_are_measured_as_the_conventions_name_them()
    {
        var measured = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == KubernetesTelemetry.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => measured.Enqueue((i.Name, v, new Dictionary<string, object?>(tags.ToArray()))));
        listener.Start();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Status(404, "NotFound", "no"), http2: true);
        using var client = Clients.For(server, _authority);
        (await client.ConfigMaps.FindAsync("x")).ShouldBeNull();
        var one = measured.Single(m => m.Name == "http.client.request.duration" && Equals(m.Tags["server.port"], server.Port));
        one.Value.ShouldBeGreaterThan(0);
        one.Tags["http.request.method"].ShouldBe("GET");
        one.Tags["http.response.status_code"].ShouldBe(404);
        one.Tags["error.type"].ShouldBe("404");
        one.Tags["network.protocol.version"].ShouldBe("2");
        one.Tags["kubernetes.resource"].ShouldBe("configmaps");
    }

    [Fact]
    public async Task A_limit_of_the_clients_own_spaces_its_requests()
    {
        var time = new ManualTime();
        var limiter = new RequestLimiter(new RateLimitOptions(2, 3), time);
        for (var i = 0; i < 3; i++) (await limiter.WaitAsync(default)).ShouldBe(TimeSpan.Zero);
        var fourth = limiter.WaitAsync(default).AsTask();
        var fifth = limiter.WaitAsync(default).AsTask();
        fourth.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.5));
        (await fourth).ShouldBe(TimeSpan.FromSeconds(0.5));
        fifth.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.5));
        (await fifth).ShouldBe(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++) (await limiter.WaitAsync(default)).ShouldBe(TimeSpan.Zero);
        limiter.WaitAsync(default).AsTask().IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("https://10.96.0.1", true, false, true)]
    [InlineData("https://10.96.0.1", false, false, false)]
    [InlineData("https://10.96.0.1", true, true, false)]
    [InlineData("https://localhost:6443", true, false, false)]
    public void Answers_are_compressed_only_where_that_saves_something(string server, bool option, bool disabled, bool compressed)
    {
        var configuration = new KubernetesClientConfiguration(new Uri(server)) { DisableCompression = disabled };
        using var handler = ServerConnector.CreateHandler(configuration, new KubernetesClientOptions { Compression = option }, new TlsMaterial(null, null), forward: false);
        handler.AutomaticDecompression.ShouldBe(compressed ? DecompressionMethods.GZip : DecompressionMethods.None);
        handler.KeepAlivePingDelay.ShouldBe(TimeSpan.FromSeconds(30));
        handler.KeepAlivePingTimeout.ShouldBe(TimeSpan.FromSeconds(15));
    }

    private sealed class ListLogger : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            eventId.Id.ShouldBeGreaterThan(0);
            Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
