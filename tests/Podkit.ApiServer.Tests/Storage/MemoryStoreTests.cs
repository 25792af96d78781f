using System.Text.Json.Nodes;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Tests.Storage;

public sealed class MemoryStoreTests
{
    private readonly MemoryStore store = new(historyLimit: 100, historyBytes: 1 << 20);

    [Fact]
    public void A_new_object_carries_the_revision_of_its_write()
    {
        var created = store.Create(Document("a", "1"))!;

        created.ResourceVersion.ShouldBe(store.Revision);
        created.ToJson()["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe($"{store.Revision}");
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        store.Create(Document("a", "1"));

        store.Create(Document("a", "2")).ShouldBeNull();
    }

    [Fact]
    public void An_update_of_a_state_that_is_not_the_newest_is_refused()
    {
        var first = store.Create(Document("a", "1"))!;
        store.Update(first, Document("a", "2")).ShouldNotBeNull();

        store.Update(first, Document("a", "3")).ShouldBeNull();
        store.Delete(first, Document("a", "1")).ShouldBeNull();
    }

    [Fact]
    public void An_item_of_a_list_has_no_kind_and_no_version()
    {
        var created = store.Create(Document("a", "1"))!;

        var item = JsonNode.Parse("{" + System.Text.Encoding.UTF8.GetString(created.ItemTail.Span))!.AsObject();

        item.Select(p => p.Key).ShouldBe(["metadata", "data"]);
    }

    [Fact]
    public void The_state_at_an_older_revision_is_that_of_then()
    {
        var a = store.Create(Document("a", "1"))!;
        store.Create(Document("b", "1"));
        var then = store.Revision;
        store.Delete(a, Document("a", "1"));
        store.Create(Document("c", "1"));
        store.Update(store.Find(Kinds.ConfigMaps, "ns", "b")!, Document("b", "2"));

        var snapshot = store.At(Kinds.ConfigMaps, then)!;

        snapshot.Objects("ns").Select(o => o.Name).ShouldBe(["a", "b"]);
        snapshot.Find("ns", "b")!.ToJson()["data"]!["v"]!.GetValue<string>().ShouldBe("1");
        snapshot.Revision.ShouldBe(then);
    }

    [Fact]
    public void A_version_that_the_history_no_longer_reaches_has_expired()
    {
        var small = new MemoryStore(historyLimit: 3, historyBytes: 1 << 20);
        for (var i = 0; i < 5; i++) small.Create(Document($"c{i}", "1"));

        small.Subscribe(Kinds.ConfigMaps, small.OldestRevision).ShouldNotBeNull();
        small.Subscribe(Kinds.ConfigMaps, small.OldestRevision - 1).ShouldBeNull();
        small.At(Kinds.ConfigMaps, small.OldestRevision - 1).ShouldBeNull();
    }

    [Fact]
    public void A_history_of_large_objects_is_bounded_in_bytes()
    {
        var small = new MemoryStore(historyLimit: 1000, historyBytes: 10_000);
        for (var i = 0; i < 50; i++) small.Create(Document($"c{i}", new string('x', 1000)));

        (small.Revision - small.OldestRevision).ShouldBeLessThan(10);
    }

    [Fact]
    public async Task A_subscriber_gets_every_write_after_its_version_in_order()
    {
        store.Create(Document("before", "1"));
        var from = store.Revision;
        store.Create(Document("a", "1"));
        using var subscription = store.Subscribe(Kinds.ConfigMaps, from)!;
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++) store.Create(Document($"w{w}-{i}", "1"));
        }));
        await Task.WhenAll(writers);

        var revisions = new List<long>();
        while (subscription.Events.TryRead(out var written)) revisions.Add(written.Revision);

        revisions.ShouldBe(Enumerable.Range(1, 401).Select(i => from + i));
    }

    [Fact]
    public async Task A_subscriber_that_lies_too_far_behind_is_cut_and_no_writer_waits()
    {
        using var slow = store.Subscribe(Kinds.ConfigMaps, store.Revision)!;
        for (var i = 0; i < 9000; i++) store.Create(Document($"c{i}", "1"));

        var read = 0;
        await foreach (var _ in slow.Events.ReadAllAsync()) read++;

        read.ShouldBeLessThan(9000);
    }

    [Fact]
    public void A_snapshot_stays_as_it_is()
    {
        store.Create(Document("a", "1"));
        var snapshot = store.Current(Kinds.ConfigMaps);
        store.Create(Document("b", "1"));

        snapshot.Objects("ns").Count().ShouldBe(1);
    }

    [Fact]
    public void Keys_are_ordered_by_namespace_and_slash_and_name()
    {
        store.Create(Document("x", "1", "a"));
        store.Create(Document("y", "1", "a-b"));

        // '-' sorts before '/'.
        store.Current(Kinds.ConfigMaps).Objects("").Select(o => o.Namespace).ShouldBe(["a-b", "a"]);
    }

    private static StoredDocument Document(string name, string value, string ns = "ns") => StoredDocument.Of(Kinds.ConfigMaps, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["uid"] = Guid.NewGuid().ToString() },
        ["data"] = new JsonObject { ["v"] = value },
    });
}
