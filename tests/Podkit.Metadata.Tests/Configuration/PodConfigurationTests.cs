using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Podkit.Metadata.Testing;

namespace Podkit.Metadata.Tests.Configuration;

public sealed class PodConfigurationTests : IDisposable
{
    private readonly FakePod _fake = new("web-1", "shop");

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task Labels_are_live_in_the_configuration_of_a_builder()
    {
        _fake.SetLabel("app.kubernetes.io/name", "web");
        _fake.SetLabel("env", "production");
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure).AddPodMetadata();
        (builder.Configuration["Pod:Labels:env"], builder.Configuration["Pod:Labels:app.kubernetes.io/name"], builder.Configuration["Pod:Name"]).ShouldBe(("production", "web", "web-1"));
        builder.Configuration["Pod:Resources:Limits:CpuCores"].ShouldBe("0.5");
        using var host = builder.Build();
        var reloaded = Reload(builder.Configuration);
        _fake.SetLabel("env", "staging");
        await reloaded;
        builder.Configuration["Pod:Labels:env"].ShouldBe("staging");
        host.Services.GetRequiredService<IPodMetadata>().Labels["env"].ShouldBe("staging");
    }

    [Fact]
    public async Task Options_bound_to_an_annotation_follow_it()
    {
        _fake.SetAnnotation("tenant", """{"Name": "first", "Limits": {"Rate": 5}}""");
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        builder.Services.Configure<Tenant>(builder.Configuration.GetSection("Pod:Annotations:tenant"));
        using var host = builder.Build();
        var monitor = host.Services.GetRequiredService<IOptionsMonitor<Tenant>>();
        (monitor.CurrentValue.Name, monitor.CurrentValue.Limits["Rate"]).ShouldBe(("first", 5));
        var changed = new TaskCompletionSource<Tenant>();
        using var registration = monitor.OnChange(t => changed.TrySetResult(t));
        _fake.SetAnnotation("tenant", """{"Name": "second"}""");
        var tenant = await changed.Task.WaitAsync(Waiting.Limit);
        (tenant.Name, tenant.Limits.Count).ShouldBe(("second", 0));
        builder.Configuration["Pod:Annotations:tenant"].ShouldBe("""{"Name": "second"}""");
    }

    [Fact]
    public async Task Every_callback_on_a_change_finds_the_configuration_changed_already()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        using var host = builder.Build();
        var pod = host.Services.GetRequiredService<IPodMetadata>();
        var seen = new TaskCompletionSource<string?>();
        using var registration = pod.Changed.RegisterChangeCallback(_ => seen.TrySetResult(builder.Configuration["Pod:Labels:env"]), null);
        _fake.SetLabel("env", "staging");
        (await seen.Task.WaitAsync(Waiting.Limit)).ShouldBe("staging");
    }

    [Fact]
    public async Task The_host_gives_the_log_and_a_logger_may_depend_on_the_metadata()
    {
        var log = new TestLog();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddPodMetadata(_fake.Configure);
        builder.Services.AddSingleton<ILoggerProvider>(services =>
        {
            services.GetRequiredService<IPodMetadata>().Name.ShouldBe("web-1");
            return log;
        });
        using var host = builder.Build();
        await host.StartAsync();
        log.Lines.ShouldBe([$"Information: pod shop/web-1 on (unknown node); known from {_fake.Directory} (inotify)"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Services_alone_work_without_configuration_and_end_with_their_provider()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var services = new ServiceCollection().AddPodMetadata(_fake.Configure).AddPodMetadata();
        services.Count(s => s.ServiceType == typeof(IPodMetadata)).ShouldBe(1);
        await using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<IPodMetadata>().Name.ShouldBe("web-1");
            Inotify.WatchesOn(inode).ShouldBe(1);
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public void A_host_that_is_built_and_never_started_leaves_no_watch()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        using (builder.Build()) Inotify.WatchesOn(inode).ShouldBe(1);
        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public void A_host_whose_services_have_the_metadata_leaves_no_watch_either()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        using (var host = builder.Build()) host.Services.GetRequiredService<IPodMetadata>().Name.ShouldBe("web-1");
        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public void The_builder_adds_the_configuration_when_the_services_are_there_already()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPodMetadata(_fake.Configure);
        builder.AddPodMetadata();
        builder.Configuration["Pod:Name"].ShouldBe("web-1");
        using var host = builder.Build();
        host.Services.GetServices<IPodMetadata>().ShouldHaveSingleItem().Name.ShouldBe("web-1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_call_that_says_where_to_look_counts(bool byServices)
    {
        using var test = new FakePod("test-1", "tests");
        var inode = Inotify.InodeOf(_fake.Directory);
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        var reloaded = Reload(builder.Configuration);
        if (byServices) builder.Services.AddPodMetadata(test.Configure);
        else builder.AddPodMetadata(test.Configure);
        await reloaded;
        Inotify.WatchesOn(inode).ShouldBe(0);
        builder.Configuration["Pod:Name"].ShouldBe("test-1");
        using var host = builder.Build();
        host.Services.GetRequiredService<IPodMetadata>().Name.ShouldBe("test-1");
        reloaded = Reload(builder.Configuration);
        test.SetLabel("env", "staging");
        await reloaded;
        builder.Configuration["Pod:Labels:env"].ShouldBe("staging");
        builder.Configuration.AsEnumerable().Count(e => e.Key == "Pod:Name").ShouldBe(1);
    }

    [Fact]
    public void Changed_sources_of_a_builder_do_not_end_the_metadata()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        ((IConfigurationBuilder)builder.Configuration).Sources.RemoveAt(0);
        builder.Configuration["Pod:Name"].ShouldBe("web-1");
        using var host = builder.Build();
        host.Services.GetRequiredService<IPodMetadata>().Status.Volumes[0].Watching.ShouldBe(VolumeWatching.Inotify);
    }

    [Fact]
    public async Task A_configuration_alone_has_its_own_metadata()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        using (var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddDownwardApi(o =>
        {
            _fake.Configure(o);
            o.ConfigurationSection = "Me";
        }).Build())
        {
            configuration["Me:Namespace"].ShouldBe("shop");
            var reloaded = Reload(configuration);
            _fake.SetLabel("env", "staging");
            await reloaded;
            configuration["Me:Labels:env"].ShouldBe("staging");
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public void A_path_is_enough()
    {
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddDownwardApi(_fake.Directory).Build();
        configuration["Pod:Name"].ShouldBe("web-1");
    }

    [Fact]
    public void A_path_that_is_none_is_an_error_that_names_the_option() =>
        Should.Throw<ArgumentException>(() => new ConfigurationBuilder().AddDownwardApi("podinfo").Build()).Message.ShouldContain("PodMetadataOptions.Volumes must be absolute paths");

    private static Task Reload(IConfiguration configuration)
    {
        var reloaded = new TaskCompletionSource();
        configuration.GetReloadToken().RegisterChangeCallback(_ => reloaded.TrySetResult(), null);
        return reloaded.Task.WaitAsync(Waiting.Limit);
    }

    public sealed class Tenant
    {
        public string Name { get; set; } = "";

        public Dictionary<string, int> Limits { get; set; } = [];
    }
}
