using System.Diagnostics;
using System.Globalization;
using Podkit.ApiServer;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Bench;

/// <summary>
/// Informers under random writes and cut connections for so many minutes (<c>soak MINUTES</c>; default 2): whenever it is quiet, each store equals the server, and neither memory nor
/// open files grow.
/// </summary>
internal static class SoakBench
{
    private const double MostGrowth = 1.3;

    public static async Task<bool> RunAsync(int minutes, CancellationToken cancellationToken)
    {
        if (minutes == 0) minutes = 2;
        var seed = Environment.TickCount;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {minutes} minutes, seed {seed}"));
        var unobserved = 0;
        TaskScheduler.UnobservedTaskException += (_, e) =>
        {
            Interlocked.Increment(ref unobserved);
            Console.Error.WriteLine(e.Exception);
        };
        await using var cluster = await KubernetesApiServer.StartAsync(new ApiServerOptions { ListenOnServiceAddress = false, HistoryLimit = 500 }, cancellationToken);
        using var direct = new KubernetesClient(KubernetesClientConfigurationOf(cluster, cluster.Address));
        await using var relay = new FlakyRelay(cluster.Address.Port);
        using var client = new KubernetesClient(KubernetesClientConfigurationOf(cluster, new Uri($"https://127.0.0.1:{relay.Port}")));
        await using var streaming = Informer(client, true);
        await using var listing = Informer(client, false);
        await Task.WhenAll(streaming.StartAsync(cancellationToken), listing.StartAsync(cancellationToken));
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        long writes = 0, baseMemory = 0, memory = 0;
        int baseFiles = 0, files = 0, rounds = 0;
        while (clock.Elapsed < TimeSpan.FromMinutes(minutes))
        {
            for (var i = 0; i < 300; i++, writes++)
            {
                await WriteAsync(direct, random, cancellationToken);
                if (random.Next(60) == 0) relay.Cut();
            }

            // A handler comes and goes in every round.
            await using (var passing = streaming.AddHandler((_, _) => ValueTask.CompletedTask)) await passing.WaitForSyncAsync(cancellationToken);
            if (!await SettlesAsync(direct, [streaming, listing], cancellationToken)) return false;
            memory = GC.GetTotalMemory(true);
            files = OpenFiles();
            if (++rounds == 8) (baseMemory, baseFiles) = (memory, files);
            if (rounds % 20 == 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed:mm\\:ss}   {writes} writes, {rounds} quiescences agreed, {memory / 1048576.0:0.0} MB, {files} files"));
        }

        var met = rounds > 8 && memory < baseMemory * MostGrowth && files < baseFiles + 20;
        met &= unobserved == 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writes} writes, {rounds} quiescences agreed; memory {baseMemory / 1048576.0:0.0} -> {memory / 1048576.0:0.0} MB, files {baseFiles} -> {files}, unobserved exceptions {unobserved}   {(met ? "met" : "MISSED")}"));
        return met;
    }

    private static KubernetesClientConfiguration KubernetesClientConfigurationOf(KubernetesApiServer server, Uri address)
    {
        var user = LocalCluster.Kubeconfig.Read(server.AdminKubeconfig);
        return new KubernetesClientConfiguration(address)
        {
            CertificateAuthorityData = user.CertificateAuthorityData,
            ClientCertificateData = user.ClientCertificateData,
            ClientKeyData = user.ClientKeyData,
        };
    }

    private static Informer<ConfigMap> Informer(KubernetesClient client, bool streaming) => client.ConfigMaps.InNamespace("default").Informer(o => o.Watch = new WatchOptions
    {
        StreamingList = streaming,
        PageSize = 20,
        FirstBackoff = TimeSpan.FromMilliseconds(5),
        LongestBackoff = TimeSpan.FromMilliseconds(50),
        MinimumTimeout = TimeSpan.FromSeconds(2),
        MaximumTimeout = TimeSpan.FromSeconds(5),
    });

    private static async Task WriteAsync(KubernetesClient client, Random random, CancellationToken cancellationToken)
    {
        var maps = client.ConfigMaps.InNamespace("default");
        var map = new ConfigMap { Metadata = new ObjectMeta { Name = $"c{random.Next(100)}" }, Data = new() { ["text"] = new string('x', random.Next(2000)) } };
        try
        {
            if (random.Next(4) == 0) await maps.DeleteAsync(map.Metadata.Name!, cancellationToken: cancellationToken);
            else if (random.Next(2) == 0) await maps.CreateAsync(map, cancellationToken: cancellationToken);
            else await maps.ReplaceAsync(map, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsAlreadyExists)
        {
            // The dice do not look first.
        }
    }

    private static async Task<bool> SettlesAsync(KubernetesClient client, Informer<ConfigMap>[] informers, CancellationToken cancellationToken)
    {
        var expected = (await client.ConfigMaps.InNamespace("default").ListAsync(cancellationToken)).ToDictionary(c => c.Metadata.Name!, c => c.Metadata.ResourceVersion);
        var clock = Stopwatch.StartNew();
        foreach (var informer in informers)
        {
            while (informer.Store.Count != expected.Count || !informer.Store.Objects.All(c => expected.TryGetValue(c.Metadata.Name!, out var v) && v == c.Metadata.ResourceVersion))
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(30))
                {
                    Console.WriteLine($"{informer.Name} does not agree with the server after 30 s: {informer.LastError?.Message}");
                    return false;
                }

                await Task.Delay(5, cancellationToken);
            }
        }

        return true;
    }

    private static int OpenFiles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
