using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Watching;

public sealed class WatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestAuthority _authority = new();
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<(Exception Error, TimeSpan Wait)> _errors = new();
    private readonly ConcurrentQueue<RequestDelegate> _lists = new();
    private readonly ConcurrentQueue<RequestDelegate> _watches = new();
    private readonly CancellationTokenSource _stop = new();
    private int _waits;
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;
    private IAsyncEnumerator<WatchEvent<Pod>>? _events;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_authority.Server(), Answer);
        _client = Clients.For(_server, _authority, options: new KubernetesClientOptions { TimeProvider = _time });
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            if (_events is not null) await _events.DisposeAsync();
        }
        finally
        {
            _client.Dispose();
            await _server.DisposeAsync();
            _authority.Dispose();
            _stop.Dispose();
        }
    }

    [Fact]
    public async Task A_watch_begins_with_the_list_and_goes_on_with_what_happens()
    {
        List(Answers.PodList(5, "", Answers.Pod("a", 3), Answers.Pod("b", 4)));
        Watch(Answers.Event("ADDED", Answers.Pod("c", 6)), Answers.Event("MODIFIED", Answers.Pod("a", 7, "staging")), Answers.Event("DELETED", Answers.Pod("b", 8)));
        await Expect("Init", "InitApply a", "InitApply b", "InitDone", "Apply c", "Apply a staging", "Delete b");
        Requests()[0].ShouldBe("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dhere&limit=500");
        Requests()[1].ShouldStartWith("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dhere&watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=");
        int.Parse(Requests()[1].Split('=')[^1]).ShouldBeInRange(300, 600);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        List(Answers.PodList(5, "more", Answers.Pod("a", 3)), Answers.PodList(5, "", Answers.Pod("b", 4)));
        Watch(Answers.Event("ADDED", Answers.Pod("c", 6)));
        await Expect("Init", "InitApply a", "InitApply b", "InitDone", "Apply c");
        Requests()[1].ShouldEndWith("limit=500&continue=more");
    }

    [Fact]
    public async Task A_page_that_has_expired_gives_way_to_one_full_list_at_once()
    {
        List(Answers.PodList(5, "more", Answers.Pod("a", 3)));
        Refuse(_lists, 410, "Expired", "too old");
        List(Answers.PodList(9, "", Answers.Pod("b", 8)));
        Watch(Answers.Event("ADDED", Answers.Pod("c", 10)));
        await Expect("Init", "InitApply a", "Init", "InitApply b", "InitDone", "Apply c");
        Requests()[2].ShouldBe("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dhere");
    }

    [Fact]
    public async Task A_watch_that_ends_goes_on_from_the_last_version_without_a_list()
    {
        List(Answers.PodList(5, ""));
        _watches.Enqueue(c => c.Line(Answers.Event("ADDED", Answers.Pod("a", 6))));
        Watch(Answers.Event("ADDED", Answers.Pod("b", 7)));
        await Expect("Init", "InitDone", "Apply a", "Apply b");
        Requests()[2].ShouldContain("resourceVersion=6&");
        _errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cut_connection_goes_on_from_the_last_version_without_a_list()
    {
        List(Answers.PodList(5, ""));
        var cut = new TaskCompletionSource();
        _watches.Enqueue(async c =>
        {
            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 6)));
            await c.Response.WriteAsync("{\"type\":\"MODIF");
            await c.Response.Body.FlushAsync();
            await cut.Task;
            c.Abort();
        });
        Watch(Answers.Event("ADDED", Answers.Pod("b", 7)));
        await Expect("Init", "InitDone", "Apply a");
        cut.SetResult();
        await Expect("Apply b");
        Requests()[2].ShouldContain("resourceVersion=6&");
        _errors.ShouldHaveSingleItem().Wait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Bookmarks_move_the_version_and_say_nothing()
    {
        List(Answers.PodList(5, ""));
        _watches.Enqueue(c => c.Line("""{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"50"}}}"""));
        Watch(Answers.Event("ADDED", Answers.Pod("a", 51)));
        await Expect("Init", "InitDone", "Apply a");
        Requests()[2].ShouldContain("resourceVersion=50&");
    }

    [Fact]
    public async Task Event_types_of_the_future_are_left_out()
    {
        List(Answers.PodList(5, ""));
        Watch("""{"type":"SOMETHING","object":[1,{"a":2}]}""", "", Answers.Event("ADDED", Answers.Pod("a", 6)));
        await Expect("Init", "InitDone", "Apply a");
    }

    [Theory]
    [InlineData(410, "Expired")]
    [InlineData(410, "Gone")]
    public async Task A_version_that_has_expired_is_listed_again_at_once(int code, string reason)
    {
        List(Answers.PodList(5, "", Answers.Pod("a", 3)), Answers.PodList(9, "", Answers.Pod("b", 8)));
        Refuse(_watches, code, reason, "too old resource version: 5 (7)");
        Watch(Answers.Event("ADDED", Answers.Pod("c", 10)));
        await Expect("Init", "InitApply a", "InitDone", "Init", "InitApply b", "InitDone", "Apply c");
        _errors.ShouldHaveSingleItem().Wait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task An_error_event_of_an_expired_version_is_listed_again_at_once()
    {
        List(Answers.PodList(5, ""), Answers.PodList(9, ""));
        Watch("""{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 5 (7)","reason":"Expired","code":410}}""");
        Watch(Answers.Event("ADDED", Answers.Pod("c", 10)));
        await Expect("Init", "InitDone", "Init", "InitDone", "Apply c");
        _errors.ShouldHaveSingleItem().Wait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_version_that_the_server_has_not_reached_is_listed_again_at_once()
    {
        List(Answers.PodList(500, ""), Answers.PodList(3, ""));
        _watches.Enqueue(c => c.Status(504, "Timeout", "Timeout: Too large resource version: 500, current: 3", """{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1}"""));
        Watch(Answers.Event("ADDED", Answers.Pod("c", 4)));
        await Expect("Init", "InitDone", "Init", "InitDone", "Apply c");
        Requests()[3].ShouldContain("resourceVersion=3&");
    }

    [Fact]
    public async Task A_server_that_refuses_what_it_has_just_listed_is_not_hammered()
    {
        List(Answers.PodList(5, ""), Answers.PodList(5, ""), Answers.PodList(6, ""));
        Refuse(_watches, 410, "Expired", "too old");
        Refuse(_watches, 410, "Expired", "too old");
        Watch(Answers.Event("ADDED", Answers.Pod("c", 10)));
        await Expect("Init", "InitDone", "Init", "InitDone");
        var rest = Expect("Init", "InitDone", "Apply c");
        await Wait();
        await rest;
        _errors.Select(e => e.Wait > TimeSpan.Zero).ShouldBe([false, true]);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(403)]
    public async Task Refusals_back_off_and_watch_again_without_a_list(int code)
    {
        List(Answers.PodList(5, ""));
        Refuse(_watches, code, "X", "not now");
        Watch(Answers.Event("ADDED", Answers.Pod("a", 6)));
        await Expect("Init", "InitDone");
        var rest = Expect("Apply a");
        await Wait();
        await rest;
        Requests()[2].ShouldContain("resourceVersion=5&");
        _errors.ShouldHaveSingleItem().Wait.ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(800));
    }

    [Theory]
    [InlineData(true, 120, 120)]
    [InlineData(false, 120, 120)]
    [InlineData(true, 3600, 600)]
    public async Task A_server_that_asks_for_patience_is_given_it_up_to_ten_minutes(bool watch, int asked, int waited)
    {
        if (watch) _watches.Enqueue(Throttle);
        else _lists.Enqueue(Throttle);
        List(Answers.PodList(5, ""));
        Watch(Answers.Event("ADDED", Answers.Pod("a", 6)));
        var all = Expect("Init", "InitDone", "Apply a");
        await _time.TimerAsync(t => t == TimeSpan.FromSeconds(waited));
        _time.Advance(TimeSpan.FromSeconds(waited));
        await all;
        _errors.ShouldHaveSingleItem().Wait.ShouldBe(TimeSpan.FromSeconds(waited));

        Task Throttle(HttpContext context)
        {
            context.Response.Headers.RetryAfter = asked.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return context.Status(429, "TooManyRequests", "too many requests");
        }
    }

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":""")]
    [InlineData("garbage")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"ADDED","object":{}} {}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":5}}""")]
    public async Task A_line_that_makes_no_sense_backs_off_and_goes_on_from_the_last_version(string line)
    {
        List(Answers.PodList(5, ""));
        Watch(Answers.Event("ADDED", Answers.Pod("a", 6)), line);
        Watch(Answers.Event("ADDED", Answers.Pod("b", 7)));
        await Expect("Init", "InitDone", "Apply a");
        var rest = Expect("Apply b");
        await Wait();
        await rest;
        Requests()[2].ShouldContain("resourceVersion=6&");
        _errors.ShouldHaveSingleItem().Error.Message.ShouldStartWith("GET /api/v1/pods: a line of the watch is ");
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_at_the_bound_and_the_objects_are_listed()
    {
        List(Answers.PodList(5, ""), Answers.PodList(6, "", Answers.Pod("a", 6)));
        _watches.Enqueue(async c =>
        {
            await c.BeginWatch();
            var block = new string('x', 10_000);
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.WriteAsync(block);
                await c.Response.Body.FlushAsync();
            }
        });
        Watch(Answers.Event("ADDED", Answers.Pod("b", 7)));
        await Expect(new WatchOptions { StreamingList = false, MaximumLineBytes = 100_000 }, "Init", "InitDone");
        var rest = Expect("Init", "InitApply a", "InitDone", "Apply b");
        await Wait();
        await rest;
        _errors.ShouldHaveSingleItem().Error.Message.ShouldContain("longer than 100000 bytes");
    }

    [Fact]
    public async Task A_watch_that_ends_at_once_without_an_event_is_an_error_and_twice_a_reason_to_list()
    {
        List(Answers.PodList(5, ""), Answers.PodList(9, ""));
        _watches.Enqueue(c => c.BeginWatch());
        _watches.Enqueue(c => c.BeginWatch());
        Watch(Answers.Event("ADDED", Answers.Pod("a", 10)));
        await Expect("Init", "InitDone");
        var rest = Expect("Init", "InitDone", "Apply a");
        await Wait();
        await Wait();
        await rest;
        _errors.Select(e => e.Error.Message).ShouldAllBe(m => m.Contains("within a second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_that_the_server_keeps_open_past_its_end_is_cut()
    {
        List(Answers.PodList(5, ""));
        var cut = new TaskCompletionSource();
        _watches.Enqueue(async c =>
        {
            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 6)));
            await c.Forever();
            cut.TrySetResult();
        });
        Watch(Answers.Event("ADDED", Answers.Pod("b", 7)));
        await Expect(new WatchOptions { StreamingList = false, MinimumTimeout = TimeSpan.FromSeconds(100), MaximumTimeout = TimeSpan.FromSeconds(100) }, "Init", "InitDone", "Apply a");
        var rest = Expect("Apply b");
        await _time.TimerAsync(t => t == TimeSpan.FromSeconds(105));
        _time.Advance(TimeSpan.FromSeconds(105));
        await cut.Task.WaitAsync(Limit);
        await rest;
    }

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(422)]
    public async Task A_request_that_makes_no_sense_to_the_server_ends_the_watch(int code)
    {
        Refuse(_lists, code, "BadRequest", "unable to parse requirement");
        (await Should.ThrowAsync<KubernetesException>(() => Expect("Init"))).Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_first_list_that_is_denied_three_times_ends_the_watch_with_what_is_missing(int code)
    {
        // A request that is not authenticated is sent again with a token that is read anew.
        for (var i = 0; i < 6; i++) Refuse(_lists, code, "Denied", "pods is forbidden: User cannot list resource");
        var told = 0;
        using var client = Clients.For(_server, _authority);
        await using var events = client.Pods.WatchAsync(new WatchOptions { StreamingList = false, FirstBackoff = TimeSpan.FromMilliseconds(1), OnError = (_, _) => told++ }).GetAsyncEnumerator();
        (await Should.ThrowAsync<KubernetesException>(async () =>
        {
            while (await events.MoveNextAsync())
            {
                // The beginning of a list is told before it is asked for.
            }
        })).Code.ShouldBe(code);
        told.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_ends_the_watch_before_it_begins()
    {
        using var other = new TestAuthority();
        using var client = Clients.For(_server, other);
        await using var events = client.Pods.WatchAsync(new WatchOptions { StreamingList = false }).GetAsyncEnumerator();
        (await Should.ThrowAsync<KubernetesConnectionException>(async () => await events.MoveNextAsync())).Error.ShouldBe(KubernetesConnectionError.Untrusted);
    }

    [Fact]
    public async Task The_error_handler_may_give_up()
    {
        Refuse(_lists, 403, "Forbidden", "pods is forbidden");
        await using var events = _client.Pods.WatchAsync(new WatchOptions { StreamingList = false, OnError = (e, _) => throw new InvalidOperationException("enough", e) }).GetAsyncEnumerator();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await events.MoveNextAsync())).InnerException!.Message.ShouldBe("pods is forbidden");
    }

    [Fact]
    public async Task A_cancelled_watch_ends_and_lets_go_of_the_server()
    {
        List(Answers.PodList(5, ""));
        var gone = new TaskCompletionSource();
        _watches.Enqueue(async c =>
        {
            try
            {
                await c.BeginWatch();
                await c.Forever();
            }
            finally
            {
                // It may be cancelled while it begins.
                gone.SetResult();
            }
        });
        await Expect("Init", "InitDone");
        var next = _events!.MoveNextAsync();
        await Until(() => Requests().Count == 2);
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
        await gone.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_failed_list_is_tried_again_and_says_nothing_before_it_has_come()
    {
        Refuse(_lists, 500, "InternalError", "etcd is away");
        List(Answers.PodList(5, "", Answers.Pod("a", 3)));
        Watch();
        var all = Expect("Init", "InitApply a", "InitDone");
        await Wait();
        await all;
    }

    [Fact]
    public async Task Secrets_are_not_in_the_errors_of_their_watch()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.IsWatch()
            ? c.Line("""{"type":"ADDED","object":{"data":{"p":"hunter2"}}""")
            : c.Json("""{"metadata":{"resourceVersion":"1"},"items":[]}"""));
        using var client = Clients.For(server, _authority);
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in client.Secrets.WatchAsync(new WatchOptions { StreamingList = false, OnError = (e, _) => throw new InvalidOperationException("enough", e) }))
            {
            }
        });
        error.ToString().ShouldContain("a line of the watch is not valid");
        error.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_list_may_stream_as_the_beginning_of_the_watch()
    {
        _watches.Enqueue(async c =>
        {
            await c.BeginWatch();
            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 3)));
            await c.Line(Answers.Event("ADDED", Answers.Pod("b", 2)));
            await c.Line("""{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"50","annotations":{"k8s.io/initial-events-end":"true"}}}}""");
            await c.Line(Answers.Event("MODIFIED", Answers.Pod("a", 51)));
        });
        Watch(Answers.Event("DELETED", Answers.Pod("a", 52)));
        await Expect(new WatchOptions(), "Init", "InitApply a", "InitApply b", "InitDone", "Apply a", "Delete a");
        Requests()[0].ShouldStartWith("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dhere&watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=");
        Requests()[1].ShouldContain("resourceVersion=51&");
    }

    [Fact]
    public async Task What_goes_while_the_list_streams_is_told_after_it()
    {
        Watch(
            Answers.Event("ADDED", Answers.Pod("a", 3)),
            Answers.Event("ADDED", Answers.Pod("b", 4)),
            Answers.Event("DELETED", Answers.Pod("a", 5)),
            Answers.Event("DELETED", Answers.Pod("b", 6)),
            Answers.Event("ADDED", Answers.Pod("b", 7)),
            """{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"true"},"resourceVersion":"7"}}}""");
        await Expect(new WatchOptions(), "Init", "InitApply a", "InitApply b", "InitApply b", "InitDone", "Delete a");
    }

    [Fact]
    public async Task A_version_within_a_streaming_list_is_not_one_to_go_on_from()
    {
        var cut = new TaskCompletionSource();
        _watches.Enqueue(async c =>
        {
            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 3)));
            await cut.Task;
            c.Abort();
        });
        Watch(Answers.Event("ADDED", Answers.Pod("a", 3)), """{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"true"},"resourceVersion":"7"}}}""");
        await Expect(new WatchOptions(), "Init", "InitApply a");
        var rest = Expect("Init", "InitApply a", "InitDone");
        cut.SetResult();
        await Wait();
        await rest;
        Requests()[1].ShouldContain("sendInitialEvents=true");
    }

    [Fact]
    public async Task A_streaming_list_that_does_not_end_is_a_list_next_and_only_the_second_time_in_a_row_for_ever()
    {
        const string Gone = """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410}}""";
        const string End = """{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"true"},"resourceVersion":"7"}}}""";
        List(Answers.PodList(5, ""), Answers.PodList(10, ""), Answers.PodList(20, ""), Answers.PodList(30, ""));
        Cut();
        Watch(Answers.Event("ADDED", Answers.Pod("b", 6)), Gone);
        Watch(Answers.Event("ADDED", Answers.Pod("a", 3)), End, Answers.Event("ADDED", Answers.Pod("c", 8)), Gone);
        Cut();
        Watch(Answers.Event("ADDED", Answers.Pod("d", 11)), Gone);
        Cut();
        Watch(Answers.Event("ADDED", Answers.Pod("e", 21)), Gone);
        Watch(Answers.Event("ADDED", Answers.Pod("f", 31)));
        await Expect(
            new WatchOptions(),
            "Init", "InitApply a", "Init", "InitDone", "Apply b",
            "Init", "InitApply a", "InitDone", "Apply c",
            "Init", "InitApply a", "Init", "InitDone", "Apply d",
            "Init", "InitApply a", "Init", "InitDone", "Apply e",
            "Init", "InitDone", "Apply f");
        Requests().Count(r => r.Contains("sendInitialEvents", StringComparison.Ordinal)).ShouldBe(4);
        Requests().Count(r => r.Contains("limit=500", StringComparison.Ordinal)).ShouldBe(4);

        void Cut() => _watches.Enqueue(async c =>
        {
            await c.BeginWatch();
            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 3)));
        });
    }

    [Theory]
    [InlineData(422, "Invalid")]
    [InlineData(400, "BadRequest")]
    public async Task A_server_that_does_not_stream_lists_is_asked_for_a_list(int code, string reason)
    {
        Refuse(_watches, code, reason, "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
        List(Answers.PodList(5, "", Answers.Pod("a", 3)));
        Watch(Answers.Event("ADDED", Answers.Pod("b", 6)));
        await Expect(new WatchOptions(), "Init", "InitApply a", "InitDone", "Apply b");
        _errors.ShouldBeEmpty();
    }

    private Task Answer(HttpContext context)
    {
        var queue = context.IsWatch() ? _watches : _lists;
        return queue.TryDequeue(out var answer) ? answer(context) : context.Forever();
    }

    private void List(params string[] pages)
    {
        foreach (var page in pages) _lists.Enqueue(c => c.Json(page));
    }

    private void Watch(params string[] lines) => _watches.Enqueue(async c =>
    {
        await c.BeginWatch();
        foreach (var line in lines) await c.Line(line);
        await c.Forever();
    });

    private static void Refuse(ConcurrentQueue<RequestDelegate> queue, int code, string reason, string message) => queue.Enqueue(c => c.Status(code, reason, message));

    private Task Expect(params string[] events) => Expect(new WatchOptions { StreamingList = false }, events);

    private async Task Expect(WatchOptions options, params string[] expected)
    {
        _events ??= _client.Pods.InAllNamespaces().MatchingFields("spec.nodeName=here")
            .WatchAsync(options with { OnError = (e, wait) => _errors.Enqueue((e, wait)) }, _stop.Token).GetAsyncEnumerator(_stop.Token);
        var seen = new List<string>();
        while (seen.Count < expected.Length && await _events.MoveNextAsync().AsTask().WaitAsync(Limit))
        {
            var (type, pod) = _events.Current;
            seen.Add($"{type} {pod?.Metadata.Name} {pod?.Metadata.Labels?["env"]}".TrimEnd());
        }

        seen.ShouldBe(expected);
    }

    /// <summary>
    /// Lets the next back-off pass: the timers of requests are longer, and not below 800 ms doubled a few times. One that its jitter has made shorter than
    /// timers can be passes by itself.
    /// </summary>
    private async Task Wait()
    {
        await Until(() => Backoffs().Count > _waits);
        if (Backoffs()[_waits++] < TimeSpan.FromMilliseconds(1)) return;
        var wait = await _time.TimerAsync(t => t < TimeSpan.FromSeconds(10));
        _time.Advance(wait);
    }

    private List<TimeSpan> Backoffs() => [.. _errors.Select(e => e.Wait).Where(w => w > TimeSpan.Zero)];

    private static async Task Until(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Limit) throw new TimeoutException();
            await Task.Delay(1);
        }
    }

    private List<string> Requests() => [.. _server.Requests];
}
