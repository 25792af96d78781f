using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Watching;

public sealed class RestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_survives_a_restart_of_the_server_on_the_same_port(bool http2)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server();
        var first = await FakeApiServer.StartAsync(certificate, c => c.IsWatch() ? c.Line(Answers.Event("ADDED", Answers.Pod("before", 2))).ContinueWith(_ => c.Forever()).Unwrap() : c.Json(Answers.PodList(1, "")), Ports.Steady(), http2);
        using var client = Clients.For(first, authority);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var events = client.Pods.WatchAsync(new WatchOptions { StreamingList = false }, stop.Token).GetAsyncEnumerator(stop.Token);
        (await Next(events)).ShouldBe("Init");
        (await Next(events)).ShouldBe("InitDone");
        (await Next(events)).ShouldBe("Apply before");

        var after = Next(events);
        await first.DisposeAsync();
        var tooLarge = true;
        await using var second = await FakeApiServer.StartAsync(certificate, c =>
        {
            if (!c.IsWatch()) return c.Json(Answers.PodList(1, "", Answers.Pod("after", 1)));
            if (!tooLarge) return c.Line(Answers.Event("ADDED", Answers.Pod("later", 2))).ContinueWith(_ => c.Forever()).Unwrap();
            tooLarge = false;
            return c.Status(504, "Timeout", "Timeout: Too large resource version: 2, current: 1", """{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]}""");
        }, first.Port, http2);
        (await after).ShouldBe("Init");
        (await Next(events)).ShouldBe("InitApply after");
        (await Next(events)).ShouldBe("InitDone");
        (await Next(events)).ShouldBe("Apply later");
        await stop.CancelAsync();
    }

    private static async Task<string> Next(IAsyncEnumerator<WatchEvent<Pod>> events)
    {
        (await events.MoveNextAsync()).ShouldBeTrue();
        return $"{events.Current.Type} {events.Current.Object?.Metadata.Name}".TrimEnd();
    }
}
