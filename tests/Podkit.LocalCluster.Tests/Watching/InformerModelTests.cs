using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;
using Xunit.Abstractions;

namespace Podkit.LocalCluster.Tests.Watching;

/// <summary>
/// Random writes, faults and restarts of the embedded server: when all is quiet, the informer has what the server has, and every handler was told of each object in an order that makes
/// sense, with its last state last.
/// </summary>
public sealed class InformerModelTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_quiescence_informer_handlers_and_server_agree(bool streaming)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var run = await ModelRun.StartAsync(seed, streaming);
        for (var round = 0; round < 6; round++)
        {
            await run.WriteAsync(120);
            await run.SettleAsync(Limit);
        }

        run.Check();
    }

    /// <summary>One server, one informer, a quick and a slow handler, and a random number generator.</summary>
    private sealed class ModelRun : IAsyncDisposable
    {
        private readonly Random _random;
        private readonly EmbeddedServer _server;
        private readonly KubernetesClient _client;
        private readonly Informer<ConfigMap> _informer;
        private readonly List<Recorder> _handlers = [];

        private ModelRun(int seed, EmbeddedServer server, bool streaming)
        {
            _random = new Random(seed);
            _server = server;
            _client = server.CreateClient();
            _informer = _client.ConfigMaps.InNamespace("default").Informer(o =>
            {
                o.Watch = new WatchOptions { StreamingList = streaming, PageSize = 7, FirstBackoff = TimeSpan.FromMilliseconds(2), LongestBackoff = TimeSpan.FromMilliseconds(20), MinimumTimeout = TimeSpan.FromSeconds(1), MaximumTimeout = TimeSpan.FromSeconds(2) };
                o.AddIndex("value", c => c.Data?.GetValueOrDefault("v"));
            });
            AddHandler(TimeSpan.Zero);
            AddHandler(TimeSpan.FromMilliseconds(3));
        }

        public static async Task<ModelRun> StartAsync(int seed, bool streaming)
        {
            // So short a history that watches expire.
            var run = new ModelRun(seed, await EmbeddedServer.StartAsync(historyLimit: 40), streaming);
            await run._informer.StartAsync().WaitAsync(Limit);
            return run;
        }

        public async Task WriteAsync(int count)
        {
            var maps = _server.Direct.ConfigMaps.InNamespace("default");
            for (var i = 0; i < count; i++)
            {
                var name = $"c{_random.Next(25)}";
                var map = new ConfigMap { Metadata = new ObjectMeta { Name = name }, Data = new() { ["v"] = _random.Next(5).ToString(CultureInfo.InvariantCulture), ["n"] = $"{i}" } };
                switch (_random.Next(10))
                {
                    case < 6:
                        if (await maps.FindAsync(name) is null) await maps.CreateAsync(map);
                        else await maps.ReplaceAsync(map);
                        break;
                    case < 9:
                        if (await maps.FindAsync(name) is not null) await maps.DeleteAsync(name);
                        break;
                    default:
                        _server.Cut();
                        break;
                }

                if (_random.Next(60) == 0) await _server.RestartAsync();
                if (_random.Next(40) == 0) AddHandler(TimeSpan.FromMilliseconds(_random.Next(3)));
            }
        }

        public async Task SettleAsync(TimeSpan limit)
        {
            var expected = (await _server.Direct.ConfigMaps.InNamespace("default").ListAsync()).ToDictionary(c => c.Metadata.Name!, c => c.Metadata.ResourceVersion!);
            var clock = Stopwatch.StartNew();
            while (!Same(expected, _informer.Store.Objects.ToDictionary(c => c.Metadata.Name!, c => c.Metadata.ResourceVersion!)) || !_handlers.TrueForAll(h => h.Registration!.Pending == 0 && Same(expected, h.Known)))
            {
                if (clock.Elapsed > limit)
                {
                    _informer.Store.Objects.Select(c => $"{c.Metadata.Name}@{c.Metadata.ResourceVersion}").Order().ShouldBe(expected.Select(e => $"{e.Key}@{e.Value}").Order());
                    foreach (var handler in _handlers) handler.Known.Select(k => $"{k.Key}@{k.Value}").Order().ShouldBe(expected.Select(e => $"{e.Key}@{e.Value}").Order());
                    throw new TimeoutException($"changes that wait for a handler: {string.Join(", ", _handlers.Select(h => h.Registration!.Pending))}");
                }

                await Task.Delay(2);
            }

            var store = _informer.Store;
            foreach (var value in store.IndexValues("value")) store.ByIndex("value", value).Select(c => c.Metadata.Name).Order().ShouldBe(store.Objects.Where(c => c.Data?.GetValueOrDefault("v") == value).Select(c => c.Metadata.Name).Order());
        }

        public void Check()
        {
            foreach (var handler in _handlers) handler.Wrong.ShouldBeEmpty();
        }

        public async ValueTask DisposeAsync()
        {
            await _informer.DisposeAsync();
            _client.Dispose();
            await _server.DisposeAsync();
        }

        private void AddHandler(TimeSpan pace)
        {
            var recorder = new Recorder();
            recorder.Registration = _informer.AddHandler(async (change, stop) =>
            {
                recorder.Note(change);
                if (pace > TimeSpan.Zero) await Task.Delay(pace, stop);
            });
            _handlers.Add(recorder);
        }

        private static bool Same(Dictionary<string, string> a, IReadOnlyDictionary<string, string> b) => a.Count == b.Count && a.All(x => b.TryGetValue(x.Key, out var v) && v == x.Value);
    }

    /// <summary>What one handler knows by what it was told, and what it was told that made no sense.</summary>
    private sealed class Recorder
    {
        public IInformerRegistration? Registration { get; set; }

        public ConcurrentDictionary<string, string> Known { get; } = new();

        public ConcurrentQueue<string> Wrong { get; } = new();

        public void Note(in InformerChange<ConfigMap> change)
        {
            var (name, version) = (change.Key.Name, change.Object.Metadata.ResourceVersion!);
            var known = Known.GetValueOrDefault(name);
            if ((change.Type == InformerChangeType.Added) != (known is null)) Wrong.Enqueue($"{change.Type} {name}@{version} while {known ?? "nothing"} was known");
            if (change.Before is { } before && before.Metadata.ResourceVersion != known) Wrong.Enqueue($"{change.Type} {name} from {before.Metadata.ResourceVersion}, but {known} was told");
            if (known is not null && long.Parse(version, CultureInfo.InvariantCulture) < long.Parse(known, CultureInfo.InvariantCulture)) Wrong.Enqueue($"{change.Type} {name} went back from {known} to {version}");
            if (change.Type == InformerChangeType.Deleted) Known.TryRemove(name, out _);
            else Known[name] = version;
        }
    }
}
