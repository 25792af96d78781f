using System.Collections.Concurrent;
using Podkit.Client.Resources;
using Podkit.Client.Tests.Misbehaving;
using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Informers;

public sealed class InformerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _authority = new();
    private readonly ConcurrentQueue<string> _told = new();
    private RawApiServer _server = null!;
    private KubernetesClient _client = null!;

    public Task InitializeAsync()
    {
        _server = new RawApiServer(_authority.Server());
        _client = new KubernetesClient(new KubernetesClientConfiguration(_server.Address) { CertificateAuthorityData = _authority.Pem, Token = "t" });
        foreach (var name in (string[])["a", "b"]) _server.Store.Put(name);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_handler_is_told_of_what_is_there_and_then_of_what_changes()
    {
        await using var informer = Create();
        await using var handler = informer.AddHandler(Note);
        handler.HasSynced.ShouldBeFalse();
        await informer.StartAsync().WaitAsync(Limit);
        await handler.WaitForSyncAsync().WaitAsync(Limit);
        _told.Order().ShouldBe(["Added a initial", "Added b initial"]);
        _server.Store.Put("a");
        await Told("Updated a");
        _server.Store.Delete("b");
        await Told("Deleted b");
        _server.Store.Put("c");
        await Told("Added c");
    }

    [Fact]
    public async Task A_handler_that_is_added_later_is_told_of_the_store_first()
    {
        await using var informer = Create();
        await informer.StartAsync().WaitAsync(Limit);
        await using var handler = informer.AddHandler(Note);
        await handler.WaitForSyncAsync().WaitAsync(Limit);
        _told.Order().ShouldBe(["Added a initial", "Added b initial"]);
        handler.HasSynced.ShouldBeTrue();
    }

    [Fact]
    public async Task A_slow_handler_is_told_of_the_last_state_and_holds_one_entry_an_object()
    {
        await using var informer = Create();
        var go = new TaskCompletionSource();
        await using var slow = informer.AddHandler(async (change, _) =>
        {
            await go.Task;
            await Note(change, default);
        });
        await informer.StartAsync().WaitAsync(Limit);
        var last = 0L;
        for (var i = 0; i < 500; i++) last = _server.Store.Put("a");
        for (var i = 0; i < 100; i++)
        {
            _server.Store.Put("passing");
            last = _server.Store.Delete("passing");
        }

        _server.Store.Put("end");
        await Until(() => informer.Store.Find("shop", "end") is not null);
        slow.Pending.ShouldBeLessThanOrEqualTo(4);
        go.SetResult();
        await Told("Added end");
        _told.ShouldNotContain(t => t.Contains("passing", StringComparison.Ordinal));
        _told.Count(t => t.EndsWith(" a", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_a_handler_throws_stops_neither_it_nor_others()
    {
        await using var informer = Create();
        var calls = 0;
        await using var bad = informer.AddHandler((_, _) => throw new InvalidOperationException($"no {++calls}"));
        await using var good = informer.AddHandler(Note);
        await informer.StartAsync().WaitAsync(Limit);
        _server.Store.Put("c");
        await Told("Added c");
        await Until(() => calls == 3);
        await bad.WaitForSyncAsync().WaitAsync(Limit);
    }

    [Fact]
    public async Task A_handler_may_remove_itself()
    {
        await using var informer = Create();
        var removed = new TaskCompletionSource();
        IInformerRegistration? handler = null;
        handler = informer.AddHandler(async (_, _) =>
        {
            await handler!.DisposeAsync();
            removed.TrySetResult();
        });
        await informer.StartAsync().WaitAsync(Limit);
        await removed.Task.WaitAsync(Limit);
        await handler.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    [Fact]
    public async Task Indexes_follow_the_objects_and_belong_to_the_snapshot()
    {
        await using var informer = Create(o => o.AddIndex("first", p => p.Metadata.Name![..1]));
        await informer.StartAsync().WaitAsync(Limit);
        var before = informer.Store;
        _server.Store.Put("a2");
        await Until(() => informer.Store.ByIndex("first", "a").Count == 2);
        _server.Store.Delete("a");
        await Until(() => informer.Store.ByIndex("first", "a").Count == 1);
        informer.Store.ByIndex("first", "a").Single().Metadata.Name.ShouldBe("a2");
        before.ByIndex("first", "a").Single().Metadata.Name.ShouldBe("a");
        informer.AddIndex("all", _ => ["x", "y", null]);
        informer.Store.ByIndex("all", "y").Count.ShouldBe(2);
        informer.Store.IndexValues("first").Order().ShouldBe(["a", "b"]);
        Should.Throw<ArgumentException>(() => informer.Store.ByIndex("none", "a")).Message.ShouldContain("there are first, all");
    }

    [Fact]
    public async Task Managed_fields_are_dropped_unless_they_are_wanted()
    {
        foreach (var drop in (bool[])[true, false])
        {
            var codec = TypedCodec.Of<Pod>().ForInformer(drop);
            var pod = codec.Read("""{"metadata":{"name":"a","labels":{"app":"web"},"managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]},"spec":{"nodeName":"n"}}"""u8);
            (pod.Metadata.ManagedFields is null).ShouldBe(drop);
            (pod.Spec.NodeName, pod.Metadata.Labels!["app"], pod.ApiVersion, pod.Kind).ShouldBe(("n", "web", "v1", "Pod"));
        }

        await Task.CompletedTask;
    }

    [Fact]
    public void Equal_words_are_one_string_but_not_those_of_secrets()
    {
        var pods = TypedCodec.Of<Pod>().ForInformer(true);
        var json = """{"metadata":{"name":"a","labels":{"app":"web"}},"spec":{"nodeName":"node-1","containers":[{"name":"c","image":"registry/image:1"}]}}"""u8;
        ReferenceEquals(pods.Read(json).Spec.Containers[0].Image, pods.Read(json).Spec.Containers[0].Image).ShouldBeTrue();
        ReferenceEquals(pods.Read(json).Metadata.Labels!.Keys.Single(), pods.Read(json).Metadata.Labels!.Keys.Single()).ShouldBeTrue();
        var secrets = TypedCodec.Of<Secret>().ForInformer(true);
        var secret = """{"metadata":{"name":"a"},"stringData":{"p":"hunter2"}}"""u8;
        ReferenceEquals(secrets.Read(secret).StringData!["p"], secrets.Read(secret).StringData!["p"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"é\"")]
    [InlineData("\"a\\u0062c\"")]
    [InlineData("\"a\\\"c\"")]
    [InlineData("\"\\u00e9\\ud83d\\ude00\"")]
    public void Pooled_words_are_the_words_of_the_text(string json)
    {
        var pod = $$"""{"metadata":{"name":{{json}},"labels":{ {{json}}: {{json}} } } }""";
        for (var i = 0; i < 3; i++)
        {
            var expected = System.Text.Json.JsonDocument.Parse(json).RootElement.GetString();
            var read = TypedCodec.Of<Pod>().ForInformer(true).Read(System.Text.Encoding.UTF8.GetBytes(pod));
            (read.Metadata.Name, read.Metadata.Labels!.Single()).ShouldBe((expected, KeyValuePair.Create(expected!, expected!)));
        }
    }

    [Fact]
    public async Task A_transform_changes_what_is_kept_and_one_that_fails_changes_nothing()
    {
        await using var informer = Create(o => o.Transform = p =>
        {
            p.Metadata.Annotations = null;
            return p.Metadata.Name == "b" ? throw new InvalidOperationException("no") : p;
        });
        await informer.StartAsync().WaitAsync(Limit);
        informer.Store.Find("shop", "a")!.Metadata.Annotations.ShouldBeNull();
        informer.Store.Find("shop", "b").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_resync_tells_every_object_again_without_a_difference()
    {
        var time = new ManualTime();
        using var client = new KubernetesClient(_client.Configuration, new KubernetesClientOptions { TimeProvider = time });
        await using var informer = client.Pods.InNamespace("shop").Informer(o => o.ResyncPeriod = TimeSpan.FromHours(1));
        var same = new ConcurrentQueue<string>();
        await using var handler = informer.AddHandler(updated: async (before, now, stop) =>
        {
            await Task.Yield();
            same.Enqueue($"{now.Metadata.Name} {ReferenceEquals(before, now)}");
        });
        await informer.StartAsync().WaitAsync(Limit);
        await handler.WaitForSyncAsync().WaitAsync(Limit);
        await time.TimerAsync(t => t == TimeSpan.FromHours(1)).WaitAsync(Limit);
        time.Advance(TimeSpan.FromHours(1));
        await Until(() => same.Count == 2);
        same.Order().ShouldBe(["a True", "b True"]);
    }

    [Fact]
    public async Task A_list_after_a_gap_tells_the_difference_and_keeps_what_has_not_changed()
    {
        await using var informer = Create();
        await using var handler = informer.AddHandler(Note);
        await informer.StartAsync().WaitAsync(Limit);
        await handler.WaitForSyncAsync().WaitAsync(Limit);
        var kept = informer.Store.Find("shop", "a");
        _server.Watches.Enqueue(x =>
        {
            x.Store.Put("c");
            x.Store.Delete("b");
            x.Store.Put("z");
            x.Store.Compact();
            return Task.FromResult(false);
        });
        _server.ResetAll();
        await Told("Added z");
        _told.Skip(2).Order().ShouldBe(["Added c", "Added z", "Deleted b unknown"]);
        informer.Store.Find("shop", "a").ShouldBeSameAs(kept);
    }

    [Fact]
    public async Task Staleness_and_contact_are_visible()
    {
        var time = new ManualTime();
        using var client = new KubernetesClient(_client.Configuration, new KubernetesClientOptions { TimeProvider = time });
        await using var informer = client.Pods.InNamespace("shop").Informer();
        (informer.LastContact, informer.IsStale, informer.HasSynced).ShouldBe((null, false, false));
        await informer.StartAsync().WaitAsync(Limit);
        informer.LastContact.ShouldBe(time.GetUtcNow());
        informer.IsConnected.ShouldBeTrue();
        informer.Name.ShouldBe("pods in shop");
        var server = _server;
        await server.StopAsync();
        time.Advance(TimeSpan.FromMinutes(11.1));
        informer.IsStale.ShouldBeTrue();
        server.Start();
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_told_to_those_who_wait()
    {
        _server.Gate = x => x.StatusAsync(400, "BadRequest", "unable to parse requirement");
        await using var informer = _client.Pods.InNamespace("shop").Matching("a in (").Informer();
        informer.Start();
        (await Should.ThrowAsync<KubernetesException>(() => informer.WaitForSyncAsync().WaitAsync(Limit))).Code.ShouldBe(400);
        await Should.ThrowAsync<KubernetesException>(() => informer.Completion.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_handler_of_an_informer_that_gives_up_waits_no_longer()
    {
        _server.Gate = x => x.StatusAsync(400, "BadRequest", "unable to parse requirement");
        await using var informer = _client.Pods.InNamespace("shop").Matching("a in (").Informer();
        await using var early = informer.AddHandler(Note);
        informer.Start();
        (await Should.ThrowAsync<KubernetesException>(() => early.WaitForSyncAsync().WaitAsync(Limit))).Code.ShouldBe(400);
        await using var late = informer.AddHandler(Note);
        (await Should.ThrowAsync<KubernetesException>(() => late.WaitForSyncAsync().WaitAsync(Limit))).Code.ShouldBe(400);
    }

    [Fact]
    public async Task What_flows_with_those_who_start_an_informer_does_not_flow_into_it()
    {
        var trace = new AsyncLocal<string?> { Value = "a request" };
        var seen = new ConcurrentQueue<string?>();
        await using var informer = Create(o => o.Transform = pod =>
        {
            seen.Enqueue(trace.Value);
            return pod;
        });
        await using var handler = informer.AddHandler(added: (_, _) =>
        {
            seen.Enqueue(trace.Value);
            return ValueTask.CompletedTask;
        });
        await informer.StartAsync().WaitAsync(Limit);
        await handler.WaitForSyncAsync().WaitAsync(Limit);
        seen.Count.ShouldBe(4);
        seen.ShouldAllBe(t => t == null);
    }

    [Fact]
    public async Task Disposing_without_waiting_ends_everything_too()
    {
        var informer = Create();
        var handler = informer.AddHandler(Note);
        await informer.StartAsync().WaitAsync(Limit);
        await Until(() => informer.IsConnected);
        informer.Dispose();
        informer.Dispose();
        await informer.Completion.WaitAsync(Limit);
        informer.IsConnected.ShouldBeFalse();
        await Until(() => _server.OpenConnections == 0);
        Should.Throw<ObjectDisposedException>(informer.Start);
        await handler.DisposeAsync();
    }

    [Fact]
    public async Task Informers_of_documents_and_of_metadata_follow_alike()
    {
        await using var documents = _client.Resource(Pod.ResourceKind).InNamespace("shop").Informer(o => o.AddIndex("name", p => (string?)p["metadata"]!["name"]));
        await using var metadata = _client.Pods.InNamespace("shop").Metadata().Informer();
        await Task.WhenAll(documents.StartAsync(), metadata.StartAsync()).WaitAsync(Limit);
        documents.Store.ByIndex("name", "a").Count.ShouldBe(1);
        metadata.Store.Find("shop", "b")!.Metadata.Name.ShouldBe("b");
        _server.Store.Delete("a");
        await Until(() => documents.Store.Count == 1 && metadata.Store.Count == 1);
    }

    [Fact]
    public async Task Shared_informers_are_one_for_each_resource_namespace_and_selector()
    {
        await using var shared = new SharedInformers();
        var one = shared.Get(_client.Pods.InNamespace("shop"));
        shared.Get(_client.Resource<Pod>().InNamespace("shop"), o => o.AddIndex("x", _ => "x")).ShouldBeSameAs(one);
        shared.Get(_client.Pods.InAllNamespaces()).ShouldNotBeSameAs(one);
        shared.Get(_client.Pods.InNamespace("shop").Matching("a=b")).ShouldNotBeSameAs(one);
        shared.Get(_client.Pods.InNamespace("shop").Metadata()).Name.ShouldBe("pods in shop");
        shared.All.Count.ShouldBe(4);
        one.Start();
        await one.WaitForSyncAsync().WaitAsync(Limit);
        one.Store.ByIndex("x", "x").Count.ShouldBe(2);
    }

    [Fact]
    public async Task Disposing_ends_the_watch_and_those_who_wait()
    {
        var informer = Create();
        _server.Gate = x => x.SilenceAsync();
        informer.Start();
        var waiting = informer.WaitForSyncAsync();
        await Until(() => !_server.Requests.IsEmpty);
        await informer.DisposeAsync().AsTask().WaitAsync(Limit);
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await Until(() => _server.OpenConnections == 0);
        Should.Throw<ObjectDisposedException>(informer.Start);
    }

    private Informer<Pod> Create(Action<InformerOptions<Pod>>? configure = null) => _client.Pods.InNamespace("shop").Informer(o =>
    {
        o.Watch = new WatchOptions { FirstBackoff = TimeSpan.FromMilliseconds(5), LongestBackoff = TimeSpan.FromMilliseconds(20) };
        configure?.Invoke(o);
    });

    private ValueTask Note(InformerChange<Pod> change, CancellationToken cancellationToken)
    {
        _told.Enqueue($"{change.Type} {change.Key.Name}{(change.IsInitial ? " initial" : "")}{(change.FinalStateUnknown ? " unknown" : "")}");
        return ValueTask.CompletedTask;
    }

    private Task Told(string what) => Until(() => _told.Contains(what));

    private static async Task Until(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Limit) throw new TimeoutException();
            await Task.Delay(2);
        }
    }
}
