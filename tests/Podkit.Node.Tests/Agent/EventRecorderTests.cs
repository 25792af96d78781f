using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Model.Core.V1;
using Podkit.Node.Events;

namespace Podkit.Node.Tests.Agent;

public class EventRecorderTests
{
    private static readonly ObjectReference Pod = new() { Kind = "Pod", Namespace = "ns", Name = "p", Uid = "uid" };
    private readonly TestClock clock = new();
    private readonly FakeApi api;
    private readonly EventRecorder recorder;

    public EventRecorderTests()
    {
        api = new(clock);
        recorder = new(api, "here", clock, NullLogger.Instance);
    }

    [Fact]
    public async Task The_same_thing_said_again_is_counted()
    {
        for (var i = 0; i < 3; i++) recorder.Record(Pod, EventType.Warning, "BackOff", "again");
        recorder.Record(Pod, EventType.Warning, "BackOff", "other");
        await FinishAsync();
        api.Events.Select(e => (e.Message, e.Count)).ShouldBe([("again", 3), ("other", 1)]);
        api.Events[0].ShouldSatisfyAllConditions(
            e => e.Metadata.Name!.ShouldStartWith("p."),
            e => e.Metadata.Namespace.ShouldBe("ns"),
            e => e.ReportingComponent.ShouldBe("kubelet"),
            e => e.ReportingInstance.ShouldBe("here"),
            e => e.FirstTimestamp.ShouldBe(clock.GetUtcNow()));
    }

    [Fact]
    public async Task More_events_than_the_queue_holds_are_dropped()
    {
        for (var i = 0; i < 1500; i++) recorder.Record(Pod, EventType.Normal, "R", $"{i}");
        await FinishAsync();
        api.Events.Count.ShouldBe(1000);
    }

    [Fact]
    public async Task A_very_long_message_is_cut()
    {
        recorder.Record(Pod, EventType.Normal, "R", new string('x', 5000));
        await FinishAsync();
        api.Events[0].Message!.Length.ShouldBe(1024);
    }

    private async Task FinishAsync()
    {
        recorder.Complete();
        await recorder.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
