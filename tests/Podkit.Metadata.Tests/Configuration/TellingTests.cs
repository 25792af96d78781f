using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Hosting;
using Podkit.Metadata.Testing;
using Podkit.Testing;

namespace Podkit.Metadata.Tests.Configuration;

public sealed class TellingTests : IDisposable
{
    private readonly AtomicVolume _volume = new();
    private readonly FakePod _fake = new("web-1", "shop");
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<string> _lastResort = new();
    private readonly RepeatingTime _time = new();

    public void Dispose()
    {
        _volume.Dispose();
        _fake.Dispose();
    }

    [Theory]
    [InlineData("pod")]
    [InlineData("log")]
    [InlineData("volume")]
    [InlineData("chained")]
    public async Task A_host_tells_in_its_log_what_is_wrong_with_a_mounted_volume_and_when_it_ends(string how)
    {
        _volume.Write("secret.json", """{"Key": "good"}""");
        var builder = Builder();
        if (how == "volume") builder.AddMountedVolume(_volume.Path);
        else if (how == "chained") builder.Configuration.AddConfiguration(new ConfigurationBuilder().AddMountedVolume(_volume.Path).Build(), shouldDisposeConfiguration: true);
        else builder.Configuration.AddMountedVolume(_volume.Path);
        if (how == "pod") builder.AddPodMetadata(_fake.Configure);
        if (how is "log" or "chained") builder.Services.AddPodConfigurationLog();
        using var host = builder.Build();
        _volume.Write("secret.json", """{"Key": hunter2}""");
        await host.StartAsync();
        await SoonAsync($"Warning: {_volume.Path}/secret.json is not JSON: line 1, byte 9; the last good content stays");
        _volume.Write("secret.json", """{"Key": "better"}""");
        await SoonAsync($"Information: {_volume.Path} can be read again");
        builder.Configuration["Key"].ShouldBe("better");
        _log.Lines.Count(l => l.Contains(_volume.Path, StringComparison.Ordinal)).ShouldBe(2);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_tells_in_its_log_what_is_wrong_with_a_Downward_API_volume()
    {
        var builder = Builder();
        builder.Configuration.AddDownwardApi(_fake.Configure);
        builder.Services.AddPodConfigurationLog();
        using var host = builder.Build();
        _fake.Break("labels", "env=\"staging"u8);
        await host.StartAsync();
        await SoonAsync($"Warning: {_fake.Directory}/labels: line 1: is not of the form key=\"value\"");
        await host.StopAsync();
    }

    [Fact]
    public async Task Providers_that_are_built_anew_have_the_log_too()
    {
        _volume.Write("a.json", "{}");
        var builder = Builder();
        builder.AddMountedVolume(_volume.Path);
        using var host = builder.Build();
        await host.StartAsync();
        ((IConfigurationBuilder)builder.Configuration).Sources.RemoveAt(0);
        _volume.Write("a.json", "{");
        await SoonAsync($"Warning: {_volume.Path}/a.json is not JSON");
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_a_host_OnProblem_is_told_of_a_Downward_API_volume()
    {
        var told = new ConcurrentQueue<string>();
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddDownwardApi(o =>
        {
            _fake.Configure(o);
            o.OnProblem = told.Enqueue;
        }).Build();
        _fake.Break("labels", "env=\"staging"u8);
        await Waiting.SoonAsync(() => !told.IsEmpty, "the problem is told");
        told.ShouldHaveSingleItem().ShouldStartWith($"{_fake.Directory}/labels: line 1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_host_and_OnProblem_there_is_a_line_on_standard_error(bool isMounted)
    {
        _volume.Write("a.json", "{}");
        var builder = new ConfigurationBuilder();
        if (isMounted) builder.AddMountedVolume(_volume.Path, o => (o.LastResort, o.TimeProvider) = (_lastResort.Enqueue, _time));
        else
        {
            builder.AddDownwardApi(o =>
            {
                _fake.Configure(o);
                (o.LastResort, o.TimeProvider) = (_lastResort.Enqueue, _time);
            });
        }

        using var configuration = (ConfigurationRoot)builder.Build();
        _volume.Write("a.json", "{");
        _fake.Break("labels", "env=\"staging"u8);
        await Waiting.SoonAsync(() => _time.Periods.Contains(Timeout.InfiniteTimeSpan), "the problem waits for a log");
        _lastResort.ShouldBeEmpty();
        _time.Pass(ProblemTeller.Patience);
        _lastResort.ShouldHaveSingleItem().ShouldStartWith(isMounted ? $"{_volume.Path}/a.json is not JSON" : $"{_fake.Directory}/labels: line 1");
    }

    [Fact]
    public void Standard_error_is_the_default()
    {
        new MountedVolumeOptions().LastResort.ShouldBeSameAs(ProblemTeller.StandardError);
        var options = Nowhere.Options();
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder().Add(new Metadata.Configuration.PodConfigurationSource(new SharedMetadata(options))).Build();
        options.LastResort.ShouldBeSameAs(ProblemTeller.StandardError);
    }

    [Fact]
    public async Task Exhausted_inotify_and_a_volume_that_goes_and_comes_are_told()
    {
        _volume.Write("a", "1");
        var builder = Builder();
        builder.AddMountedVolume(_volume.Path, o => (o.DirectoryEvents, o.PollInterval) = (new NoInotify(), TimeSpan.FromMilliseconds(10)));
        using var host = builder.Build();
        await host.StartAsync();
        await SoonAsync($"Information: {_volume.Path} is looked at every 0.01 s: {NoInotify.Reason}");
        _volume.Remove();
        await SoonAsync($"Warning: {_volume.Path} is gone; the last good content stays until it is back");
        builder.Configuration["a"].ShouldBe("1");
        _volume.Write("a", "2");
        await SoonAsync($"Information: {_volume.Path} can be read again");
        _log.Lines.Count(l => l.Contains(NoInotify.Reason, StringComparison.Ordinal)).ShouldBe(1);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("/app.conf", true)]
    [InlineData("-other/app.conf", false)]
    public void A_subPath_mount_is_told_once_with_the_remedy(string below, bool isTold)
    {
        using var folder = new TemporaryFolder();
        var directory = Directory.CreateDirectory(Path.Combine(folder.Path, "config")).FullName;
        File.WriteAllText(Path.Combine(directory, "app.conf"), "1");
        var mountInfo = folder.Write("mountinfo", $"1 0 8:1 /var/lib/kubelet/pods/u/volumes/kubernetes.io~configmap/c/..2026_11_22_10_25_46.1/x {directory}{below} ro - ext4 /dev/sda1 rw\n2 0 8:1 / {directory} ro - tmpfs tmpfs rw\n");
        var told = new ConcurrentQueue<string>();
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder()
            .AddMountedVolume(directory, o => (o.MountInfoFile, o.OnProblem, o.Section) = (mountInfo, told.Enqueue, "App")).Build();
        configuration["App:app.conf"].ShouldBe("1");
        configuration.Reload();
        var remedy = "a subPath mount stays as it was at the container's start; mount the whole volume at a directory of its own, without subPath";
        told.ShouldBe(isTold ? [$"the configuration below App, read from {directory}{below}, will not change here when changed in Kubernetes: {remedy}"] : []);
    }

    [Fact]
    public void A_mounted_volume_that_is_not_to_be_followed_may_be_a_subPath_mount()
    {
        using var folder = new TemporaryFolder();
        var mountInfo = folder.Write("mountinfo", $"1 0 8:1 /x/..2026_11_22_10_25_46.1/x {_volume.Path} ro - ext4 /dev/sda1 rw\n");
        var told = new ConcurrentQueue<string>();
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder()
            .AddMountedVolume(_volume.Path, o => (o.MountInfoFile, o.OnProblem, o.ReloadOnChange) = (mountInfo, told.Enqueue, false)).Build();
        told.ShouldBeEmpty();
    }

    [Fact]
    public void Files_whose_keys_are_the_same_are_told_once_and_the_last_one_counts()
    {
        _volume.Write(new Dictionary<string, string> { ["Key"] = "upper", ["key"] = "lower" });
        var told = new ConcurrentQueue<string>();
        using var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddMountedVolume(_volume.Path, o => o.OnProblem = told.Enqueue).Build();
        configuration["KEY"].ShouldBe("lower");
        _volume.Write("other", "1");
        configuration.Reload();
        told.ShouldHaveSingleItem().ShouldBe($"{_volume.Path}: the files Key and key are the same key of configuration, which does not tell upper and lower case apart: key shows key");
    }

    private HostApplicationBuilder Builder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        return builder;
    }

    private Task SoonAsync(string line) => Waiting.SoonAsync(() => _log.Lines.Any(l => l.StartsWith(line, StringComparison.Ordinal)), line);
}
