using Podkit.Client.Resources;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Tests.Informers;

public sealed class HandlerQueueTests : IDisposable
{
    private readonly HandlerQueue<Pod> _queue = new(TypedCodec.Of<Pod>());
    private readonly ObjectKey _key = new("shop", "a");

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Several_updates_are_one_from_what_was_told_to_what_is()
    {
        var (one, two, three) = (Pod(1), Pod(2), Pod(3));
        Add(one, two);
        Add(two, three);
        var entry = await _queue.TakeAsync(default);
        (entry.Told, entry.Now).ShouldBe((one, three));
        _queue.Done();
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public void What_came_and_went_untold_is_not_told_at_all()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var pod = Pod(i);
            var key = new ObjectKey("shop", $"p{i}");
            _queue.Add(key, null, pod, null, false, false);
            _queue.Add(key, pod, null, pod, false, false);
        }

        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_deletion_keeps_the_last_state_of_the_object_that_was_told_also_when_another_of_its_name_follows()
    {
        var (told, last, next) = (Pod(1), Pod(5), Pod(6, "u2"));
        Add(told, null, last);
        Add(null, next);
        var entry = await _queue.TakeAsync(default);
        (entry.Told, entry.Last, entry.Now).ShouldBe((told, last, next));
    }

    [Fact]
    public async Task Objects_come_in_the_order_of_their_first_change()
    {
        _queue.Add(new ObjectKey("shop", "b"), null, Pod(1), null, false, false);
        _queue.Add(_key, null, Pod(2), null, false, false);
        _queue.Add(new ObjectKey("shop", "b"), Pod(1), Pod(3), null, false, false);
        (await _queue.TakeAsync(default)).Key.Name.ShouldBe("b");
        (await _queue.TakeAsync(default)).Key.Name.ShouldBe("a");
    }

    [Fact]
    public async Task It_has_synced_when_what_was_there_at_the_mark_has_been_told_whatever_came_later()
    {
        Add(null, Pod(1));
        _queue.MarkSync();
        _queue.Add(new ObjectKey("shop", "later"), null, Pod(2), null, false, false);
        _queue.Synced.IsCompleted.ShouldBeFalse();
        await _queue.TakeAsync(default);
        _queue.Synced.IsCompleted.ShouldBeFalse();
        _queue.Done();
        _queue.Synced.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void It_has_synced_at_once_when_nothing_was_there()
    {
        _queue.MarkSync();
        _queue.Synced.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private void Add(Pod? before, Pod? after, Pod? last = null) => _queue.Add(_key, before, after, last, false, false);

    private static Pod Pod(int version, string uid = "u1") => new() { Metadata = new ObjectMeta { Name = "a", Namespace = "shop", Uid = uid, ResourceVersion = $"{version}" } };
}
