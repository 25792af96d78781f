using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Podkit.Metadata.Testing;

namespace Podkit.Metadata.Tests.Hosting;

public sealed class SharedMetadataTests : IDisposable
{
    private readonly FakePod _fake = new("web-1", "shop");

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_temporary_service_provider_does_not_end_the_apps_metadata()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        using (var temporary = builder.Services.BuildServiceProvider()) temporary.GetRequiredService<IPodMetadata>().Name.ShouldBe("web-1");
        using (var host = builder.Build())
        {
            var pod = host.Services.GetRequiredService<IPodMetadata>();
            pod.Status.Volumes[0].Watching.ShouldBe(VolumeWatching.Inotify);
            _fake.SetLabel("env", "staging");
            await pod.UntilAsync(s => s.Labels["env"] == "staging");
            builder.Configuration["Pod:Labels:env"].ShouldBe("staging");
            Inotify.WatchesOn(inode).ShouldBe(1);
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_test_sets_counts_whether_or_not_a_temporary_service_provider_has_ended(bool hasEnded)
    {
        using var test = new FakePod("test-1", "tests");
        var inodes = new[] { Inotify.InodeOf(_fake.Directory), Inotify.InodeOf(test.Directory) };
        var builder = Host.CreateApplicationBuilder();
        builder.AddPodMetadata(_fake.Configure);
        var temporary = builder.Services.BuildServiceProvider();
        var seen = temporary.GetRequiredService<IPodMetadata>();
        if (hasEnded) await temporary.DisposeAsync();
        builder.AddPodMetadata(test.Configure);
        builder.Configuration["Pod:Name"].ShouldBe("test-1");
        using (var host = builder.Build())
        {
            var pod = host.Services.GetRequiredService<IPodMetadata>();
            pod.Name.ShouldBe("test-1");
            test.SetLabel("env", "staging");
            await pod.UntilAsync(s => s.Labels["env"] == "staging");
            builder.Configuration["Pod:Labels:env"].ShouldBe("staging");
            seen.Name.ShouldBe("web-1");
            Inotify.WatchesOn(inodes[0]).ShouldBe(hasEnded ? 0 : 1);
        }

        await temporary.DisposeAsync();
        inodes.Sum(Inotify.WatchesOn).ShouldBe(0);
    }

    [Fact]
    public void The_configuration_of_a_host_that_is_gone_is_no_watch_and_services_open_anew()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var services = new ServiceCollection().AddPodMetadata(_fake.Configure);
        for (var round = 0; round < 2; round++)
        {
            using var first = services.BuildServiceProvider();
            using (var second = services.BuildServiceProvider()) second.GetRequiredService<PodMetadata>().ShouldBeSameAs(first.GetRequiredService<IPodMetadata>());
            Inotify.WatchesOn(inode).ShouldBe(1);
            first.GetRequiredService<IPodMetadata>().Status.Volumes[0].Watching.ShouldBe(VolumeWatching.Inotify);
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public void A_configuration_that_is_built_twice_ends_with_the_second()
    {
        var inode = Inotify.InodeOf(_fake.Directory);
        var builder = new ConfigurationBuilder().AddDownwardApi(_fake.Configure);
        var first = (ConfigurationRoot)builder.Build();
        using (var second = (ConfigurationRoot)builder.Build())
        {
            first.Dispose();
            Inotify.WatchesOn(inode).ShouldBe(1);
            second["Pod:Name"].ShouldBe("web-1");
        }

        Inotify.WatchesOn(inode).ShouldBe(0);
    }
}
