using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model;
using Podkit.Model.Meta.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Watching;

/// <summary>Types of the application's own may throw anything while they are read.</summary>
public sealed class UnusualTypeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1, "System.OverflowException")]
    [InlineData(2, "System.IO.FileNotFoundException")]
    [InlineData(3, "System.TypeLoadException")]
    [InlineData(4, "System.OperationCanceledException")]
    public async Task What_a_type_throws_is_told_waited_out_and_ends_no_informer(int fault, string said)
    {
        using var authority = new TestAuthority();
        var lists = new ConcurrentQueue<string>([List(Fussy("a", 1, fault)), List(Fussy("a", 1, 0))]);
        var watches = new ConcurrentQueue<string>([Answers.Event("MODIFIED", Fussy("a", 2, fault)), Answers.Event("MODIFIED", Fussy("a", 3, 0))]);
        await using var server = await FakeApiServer.StartAsync(authority.Server(), async c =>
        {
            if (c.IsWatch() && watches.TryDequeue(out var line))
            {
                await c.BeginWatch();
                await c.Line(line);
            }
            else if (!c.IsWatch() && lists.TryDequeue(out var list))
            {
                await c.Json(list);
                return;
            }

            await c.Forever();
        });
        using var client = Clients.For(server, authority);
        var errors = new ConcurrentQueue<Exception>();
        await using var informer = client.Resource<FussyThing>().InNamespace("shop").Informer(o => o.Watch = new WatchOptions
        {
            StreamingList = false,
            FirstBackoff = TimeSpan.FromMilliseconds(5),
            LongestBackoff = TimeSpan.FromMilliseconds(20),
            OnError = (e, _) => errors.Enqueue(e),
        });
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = informer.AddHandler((change, _) =>
        {
            if (change.Object.Metadata.ResourceVersion == "3") seen.SetResult();
            return ValueTask.CompletedTask;
        });
        informer.Start();
        await seen.Task.WaitAsync(Limit);
        errors.Count.ShouldBe(2);
        foreach (var error in errors)
        {
            error.ShouldBeOfType<KubernetesConnectionException>().Error.ShouldBe(KubernetesConnectionError.Protocol);
            error.Message.ShouldContain($"an object cannot be read as a Fussy: its type threw a {said}");
            error.Message.ShouldNotContain("hunter2");
        }
    }

    private static string Fussy(string name, int version, int fault) => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"apiVersion":"example.com/v1","kind":"Fussy","metadata":{"name":"{{{name}}}","namespace":"shop","resourceVersion":"{{{version}}}"},"fault":{{{fault}}}}""");

    private static string List(string item) => $$"""{"kind":"FussyList","apiVersion":"example.com/v1","metadata":{"resourceVersion":"1"},"items":[{{item}}]}""";

    internal sealed class FussyThing : IResource<FussyThing>
    {
        public static ResourceKind ResourceKind { get; } = new("example.com", "v1", "fussies", "Fussy");

        public static JsonTypeInfo<FussyThing> JsonTypeInfo => FussyJson.Default.FussyThing;

        [JsonPropertyName("apiVersion")]
        public string? ApiVersion { get; set; }

        [JsonPropertyName("kind")]
        public string? Kind { get; set; }

        [JsonPropertyName("metadata")]
        public ObjectMeta Metadata { get; set; } = new();

        [JsonPropertyName("fault")]
        public int Fault
        {
            get;
            set => field = value switch
            {
                1 => throw new OverflowException("hunter2"),
                2 => throw new FileNotFoundException("hunter2"),
                3 => throw new TypeLoadException("hunter2"),
                4 => throw new OperationCanceledException("hunter2"),
                _ => value,
            };
        }
    }
}

[JsonSerializable(typeof(UnusualTypeTests.FussyThing))]
internal sealed partial class FussyJson : JsonSerializerContext;
