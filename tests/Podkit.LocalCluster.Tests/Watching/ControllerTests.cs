using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.LocalCluster.Tests.Watching;

public sealed class ControllerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private const string Finalizer = "example.com/cleanup";

    private readonly ConcurrentQueue<string> _reconciled = new();
    private EmbeddedServer _server = null!;

    private ResourceClient<ConfigMap> Maps => _server.Direct.ConfigMaps.InNamespace("default");

    public async Task InitializeAsync() => _server = await EmbeddedServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_controller_makes_and_keeps_children_and_cleans_up_before_its_object_goes()
    {
        var secrets = _server.Direct.Secrets.InNamespace("default");
        await using var controller = Maps.Matching("app=demo").Controller(
            async (request, stop) =>
            {
                if (request.Object is not { } map) return ReconcileResult.Done;
                if (map.Metadata.DeletionTimestamp is not null)
                {
                    await Maps.RemoveFinalizerAsync(map, Finalizer, stop);
                    return ReconcileResult.Done;
                }

                map = await Maps.EnsureFinalizerAsync(map, Finalizer, stop);
                if (await secrets.FindAsync(request.Key.Name, stop) is not null) return ReconcileResult.Done;
                var secret = new Secret { Metadata = new ObjectMeta { Name = request.Key.Name, Namespace = "default" } };
                OwnerReferences.SetController(secret, map);
                await secrets.CreateAsync(secret, cancellationToken: stop);
                return ReconcileResult.Done;
            },
            o =>
            {
                o.Workers = 2;
                o.Owns<Secret>();
                o.LeaderElection = new LeaderElectionOptions { LeaseName = "demo", Namespace = "default", LeaseDuration = TimeSpan.FromSeconds(2), RenewDeadline = TimeSpan.FromSeconds(1), RetryPeriod = TimeSpan.FromMilliseconds(100) };
            });
        using var stop = new CancellationTokenSource();
        var running = controller.RunAsync(stop.Token);
        await Maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "a", Labels = new() { ["app"] = "demo" } } });
        await Until(async () => await secrets.FindAsync("a") is not null);

        // A child that goes comes back, because its owner is reconciled.
        var uid = (await secrets.GetAsync("a")).Metadata.Uid;
        await secrets.DeleteAsync("a");
        await Until(async () => await secrets.FindAsync("a") is { } s && s.Metadata.Uid != uid);
        (await Maps.GetAsync("a")).Metadata.Finalizers.ShouldBe([Finalizer]);
        await Maps.DeleteAsync("a");
        await Until(async () => await Maps.FindAsync("a") is null);
        await stop.CancelAsync();
        await running.WaitAsync(Limit);
        (await _server.Direct.Leases.InNamespace("default").GetAsync("demo")).Spec.HolderIdentity.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task A_key_that_fails_comes_again_and_other_objects_can_be_watched()
    {
        await Maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "a" } });
        await using var controller = Maps.MatchingFields("metadata.name=a").Controller(
            (request, _) =>
            {
                _reconciled.Enqueue($"{request.Key} {request.Failures}");
                return request.Failures switch
                {
                    0 => throw new InvalidOperationException("not yet"),
                    1 => Task.FromResult(ReconcileResult.Requeue),
                    _ => Task.FromResult(_reconciled.Count < 5 ? ReconcileResult.After(TimeSpan.FromMilliseconds(1)) : ReconcileResult.Done),
                };
            },
            o => o.Watches<Secret>(secret => [new ObjectKey("default", secret.Metadata.Labels?["for"] ?? "nobody")]));
        using var stop = new CancellationTokenSource();
        var running = controller.RunAsync(stop.Token);
        await Until(() => Task.FromResult(_reconciled.Count >= 3));
        _reconciled.Take(3).ShouldBe(["default/a 0", "default/a 1", "default/a 2"]);
        await _server.Direct.Secrets.InNamespace("default").CreateAsync(new Secret { Metadata = new ObjectMeta { Name = "s", Labels = new() { ["for"] = "b" } } });
        await Until(() => Task.FromResult(_reconciled.Any(r => r.StartsWith("default/b", StringComparison.Ordinal))));
        await stop.CancelAsync();
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_finalizer_of_others_survives_a_race()
    {
        var map = await Maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "a" } });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Maps.EnsureFinalizerAsync(map, $"example.com/f{i}")));
        (await Maps.GetAsync("a")).Metadata.Finalizers!.Order().ShouldBe(["example.com/f0", "example.com/f1", "example.com/f2", "example.com/f3"]);
        await Maps.DeleteAsync("a");
        var deleted = await Maps.GetAsync("a");
        for (var i = 0; i < 4; i++) await Maps.RemoveFinalizerAsync(deleted, $"example.com/f{i}");
        (await Maps.FindAsync("a")).ShouldBeNull();
        (await Maps.RemoveFinalizerAsync(map, "example.com/f0")).ShouldNotBeNull("it was read before it had any");
        map.Metadata.Finalizers = ["example.com/f0"];
        (await Maps.RemoveFinalizerAsync(map, "example.com/f0")).ShouldBeNull();
        await Should.ThrowAsync<KubernetesException>(() => Maps.EnsureFinalizerAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "none" } }, "example.com/f"));
    }

    [Fact]
    public async Task An_application_has_informers_leaders_controllers_and_their_health_from_its_services()
    {
        await Maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "a" } });
        var services = new ServiceCollection();
        services.AddSingleton(_server.Direct);
        services.AddSingleton(_reconciled);
        var led = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        services.AddKubernetesClient()
            .AddInformer<ConfigMap>(o => o.AddIndex("name", c => c.Metadata.Name), r => r.InNamespace("default"))
            .AddController<ConfigMap, NotingReconciler>(which: r => r.InNamespace("default"))
            .AddLeaderElection("only-one", (_, _) =>
            {
                led.TrySetResult();
                return Task.CompletedTask;
            }, o => o with { Namespace = "default" });
        await using var provider = services.BuildServiceProvider();
        var check = new InformersHealthCheck(provider.GetRequiredService<SharedInformers>());
        var hosted = provider.GetServices<IHostedService>().ToList();
        var health = new HealthCheckContext { Registration = new HealthCheckRegistration("k", check, null, null) };
        (await check.CheckHealthAsync(health)).Status.ShouldBe(HealthStatus.Unhealthy);
        foreach (var service in hosted) await service.StartAsync(default);
        var informer = provider.GetRequiredService<Informer<ConfigMap>>();
        await informer.WaitForSyncAsync().WaitAsync(Limit);
        provider.GetRequiredService<Controller<ConfigMap>>().Informer.ShouldBeSameAs(informer);
        await led.Task.WaitAsync(Limit);
        await Until(() => Task.FromResult(_reconciled.Contains("default/a")));
        informer.Store.ByIndex("name", "a").Count.ShouldBe(1);
        (await check.CheckHealthAsync(health)).Status.ShouldBe(HealthStatus.Healthy);
        hosted.Reverse();
        foreach (var service in hosted) await service.StopAsync(default).WaitAsync(Limit);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Limit) throw new TimeoutException();
            await Task.Delay(5);
        }
    }

    private sealed class NotingReconciler(ConcurrentQueue<string> reconciled) : IReconciler<ConfigMap>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileRequest<ConfigMap> request, CancellationToken cancellationToken)
        {
            reconciled.Enqueue(request.Key.ToString());
            return Task.FromResult(ReconcileResult.Done);
        }
    }
}
