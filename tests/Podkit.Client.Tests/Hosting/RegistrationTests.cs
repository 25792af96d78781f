using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Podkit.Client.Tests.Misbehaving;
using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Hosting;

public sealed class RegistrationTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _reconciled = new();
    private RawApiServer _server = null!;

    public Task InitializeAsync()
    {
        _server = new RawApiServer(_authority.Server());
        _server.Store.Put("a");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Several_informers_of_one_type_all_run_and_are_seen_by_the_health_check()
    {
        var services = Services(out var builder);
        builder.AddInformer<Pod>(which: r => r.InNamespace("shop")).AddInformer<Pod>(which: r => r.InNamespace("other"));
        await using var provider = services.BuildServiceProvider();
        await WithHostAsync(provider, async () =>
        {
            var informers = provider.GetServices<Informer<Pod>>().ToList();
            informers.Select(i => i.Name).ShouldBe(["pods in shop", "pods in other"]);
            provider.GetRequiredService<SharedInformers>().All.ShouldBe(informers, ignoreOrder: true);
            foreach (var informer in informers) await informer.WaitForSyncAsync().WaitAsync(Limit);
            (await new InformersHealthCheck(provider.GetRequiredService<SharedInformers>()).CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Healthy);
        });
    }

    [Fact]
    public async Task Several_controllers_of_one_type_all_run()
    {
        var services = Services(out var builder);
        services.AddSingleton(_reconciled);
        builder.AddController<Pod, First>(which: r => r.InNamespace("shop")).AddController<Pod, Second>(which: r => r.InNamespace("shop"));
        await using var provider = services.BuildServiceProvider();
        await WithHostAsync(provider, async () =>
        {
            await Until(() => _reconciled.Contains("First a") && _reconciled.Contains("Second a"));
            provider.GetServices<Controller<Pod>>().Distinct().Count().ShouldBe(2);
        });
    }

    [Fact]
    public async Task An_informer_of_a_host_that_is_refused_at_first_is_unhealthy_and_tries_again()
    {
        var refused = 0;
        _server.Gate = async x => Interlocked.Increment(ref refused) <= 3 && await x.StatusAsync(405, "MethodNotAllowed", "not yet");
        var services = Services(out var builder);
        var waits = new ConcurrentQueue<(TimeSpan Wait, HealthStatus Status)>();
        InformersHealthCheck? check = null;
        builder.AddInformer<Pod>(
            o => o.Watch = new WatchOptions
            {
                StreamingList = false,
                FirstBackoff = TimeSpan.FromMilliseconds(1),
                LongestBackoff = TimeSpan.FromMilliseconds(30),
                OnError = (_, wait) => waits.Enqueue((wait, check!.CheckHealthAsync(new HealthCheckContext()).Result.Status)),
            },
            r => r.InNamespace("shop"));
        await using var provider = services.BuildServiceProvider();
        check = new InformersHealthCheck(provider.GetRequiredService<SharedInformers>());
        await WithHostAsync(provider, async () =>
        {
            await provider.GetRequiredService<Informer<Pod>>().WaitForSyncAsync().WaitAsync(Limit);
            waits.ShouldBe(Enumerable.Repeat((TimeSpan.FromMilliseconds(30), HealthStatus.Unhealthy), 3));
            (await check.CheckHealthAsync(new HealthCheckContext())).Status.ShouldBe(HealthStatus.Healthy);
        });
    }

    [Fact]
    public void Services_may_be_disposed_without_waiting()
    {
        var services = Services(out var builder);
        services.AddSingleton(_reconciled);
        builder.AddInformer<Pod>(which: r => r.InNamespace("other")).AddController<Pod, First>(which: r => r.InNamespace("shop"));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<Controller<Pod>>().Informer.Start();
        provider.GetRequiredService<Informer<Pod>>().Start();
    }

    private static async Task WithHostAsync(ServiceProvider provider, Func<Task> then)
    {
        var hosted = provider.GetServices<IHostedService>().ToList();
        foreach (var service in hosted) await service.StartAsync(default);
        await then();
        hosted.Reverse();
        foreach (var service in hosted) await service.StopAsync(default).WaitAsync(Limit);
    }

    private ServiceCollection Services(out KubernetesClientBuilder builder)
    {
        var services = new ServiceCollection();
        var (token, authority) = (_folder.Write("token", "good"), _folder.Write("ca.crt", _authority.Pem));
        builder = services.AddLogging().AddKubernetesClient(s =>
            (s.Source, s.Server, s.TokenFile, s.CertificateAuthorityFile) = (KubernetesClientSource.Explicit, _server.Address.ToString(), token, authority));
        return services;
    }

    private static async Task Until(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Limit) throw new TimeoutException();
            await Task.Delay(2);
        }
    }

    public sealed class First(ConcurrentQueue<string> reconciled) : IReconciler<Pod>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileRequest<Pod> request, CancellationToken cancellationToken)
        {
            reconciled.Enqueue($"First {request.Key.Name}");
            return Task.FromResult(ReconcileResult.Done);
        }
    }

    public sealed class Second(ConcurrentQueue<string> reconciled) : IReconciler<Pod>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileRequest<Pod> request, CancellationToken cancellationToken)
        {
            reconciled.Enqueue($"Second {request.Key.Name}");
            return Task.FromResult(ReconcileResult.Done);
        }
    }
}
