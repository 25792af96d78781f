using System.Collections.Concurrent;
using Podkit.Testing;

namespace Podkit.Client.Tests.Resources;

public sealed class ProtocolTests
{
    [Theory]
    [InlineData(true, "HTTP/2")]
    [InlineData(false, "HTTP/1.1")]
    public async Task Calls_use_the_best_protocol_of_the_server_and_watches_a_connection_of_their_own(bool http2, string calls)
    {
        using var authority = new TestAuthority();
        var seen = new ConcurrentQueue<string>();
        await using var server = await FakeApiServer.StartAsync(authority.Server(), async c =>
        {
            seen.Enqueue($"{(c.IsWatch() ? "watch" : "call")} {c.Request.Protocol}");
            if (!c.IsWatch())
            {
                await c.Json(Answers.PodList(1, ""));
                return;
            }

            await c.Line(Answers.Event("ADDED", Answers.Pod("a", 2)));
            await c.Forever();
        }, http2: http2);
        using var client = Clients.For(server, authority);
        await foreach (var pod in client.Pods.WatchAsync(new WatchOptions { StreamingList = false }))
        {
            if (pod.Type == WatchEventType.Apply) break;
        }

        seen.ShouldBe([$"call {calls}", "watch HTTP/1.1"]);
    }
}
