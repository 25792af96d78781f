using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Podkit.Metadata;
using Podkit.Metadata.Testing;

namespace Podkit.Bench;

/// <summary>
/// From the swap of <c>..data</c> to the callback of the app, beside what people write with FileSystemWatcher on the volume's directory, in turns
/// on the same volume; then what watching costs while nothing happens.
/// </summary>
internal static class MetadataBench
{
    private const int WarmUp = 50;
    private const double IdleCpu = 5; // A thousandth of the time.
    private const int IdleTimes = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    public static async Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        var count = runs > 0 ? runs : 1000;
        using var pod = new FakePod();
        using var peer = new FakePod();
        var options = new PodMetadataOptions();
        pod.Configure(options);
        var metadata = PodMetadata.Open(options);
        var (own, others, lost) = (new Samples(), new Samples(), 0);
        using (var watching = new WatchedByFileSystemWatcher(peer.Directory))
        {
            for (var i = 0; i < count + WarmUp; i++)
            {
                var value = i.ToString(CultureInfo.InvariantCulture);
                var milliseconds = await OwnAsync(pod, metadata, value, cancellationToken);
                var theirs = await watching.MeasureAsync(peer, value, Patience, cancellationToken);
                if (i < WarmUp) continue;
                own.Add(milliseconds);
                if (theirs is { } measured) others.Add(measured);
                else lost++;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FileSystemWatcher on the same kind of volume: {others.Percentile(50):0.00} ms at the median, {others.Percentile(99):0.00} ms at the 99th, {lost} of {count} never told; here {own.Percentile(50):0.00} and {own.Percentile(99):0.00} ms, ratio {own.Percentile(50) / others.Percentile(50):0.00}"));
        var met = own.Hold("swap of ..data to the callback, median", 50, 5, "ms") & own.Hold("swap of ..data to the callback, 99th", 99, 50, "ms");
        var watched = Idle(cancellationToken);
        var polled = new PodMetadataOptions();
        pod.Configure(polled);
        (polled.UseInotify, polled.PollInterval) = (false, TimeSpan.FromSeconds(1));
        var polling = PodMetadata.Open(polled);
        var both = Idle(cancellationToken);
        await polling.DisposeAsync();
        await metadata.DisposeAsync();
        var nothing = Idle(cancellationToken);
        return met & HoldIdle("inotify", watched, nothing) & HoldIdle("inotify and a poll every second", both, nothing);
    }

    /// <summary>Milliseconds from the rename that swaps to the callback.</summary>
    private static async Task<double> OwnAsync(FakePod pod, PodMetadata metadata, string value, CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource<long>();
        using var registration = ChangeToken.OnChange(() => metadata.Changed, () =>
        {
            if (metadata.Current.Labels["n"] == value) told.TrySetResult(Stopwatch.GetTimestamp());
        });
        pod.SetLabel("n", value);
        var at = await told.Task.WaitAsync(Patience, cancellationToken);
        return Math.Max(0, Stopwatch.GetElapsedTime(pod.SwappedAt, at).TotalMilliseconds);
    }

    /// <summary>What the process allocates and uses while this thread does nothing: the least of some times, for the runtime has its own work to finish.</summary>
    private static (long Bytes, double CpuMilliseconds) Idle(CancellationToken cancellationToken)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var wait = cancellationToken.WaitHandle;
        wait.WaitOne(TimeSpan.FromSeconds(2));
        var (leastBytes, leastCpu) = (long.MaxValue, double.MaxValue);
        for (var i = 0; i < IdleTimes; i++)
        {
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            wait.WaitOne(IdleTime);
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
            process.Refresh();
            (leastBytes, leastCpu) = (Math.Min(leastBytes, bytes), Math.Min(leastCpu, (process.TotalProcessorTime - cpu).TotalMilliseconds));
        }

        return (leastBytes, leastCpu);
    }

    private static bool HoldIdle(string what, (long Bytes, double CpuMilliseconds) measured, (long Bytes, double CpuMilliseconds) nothing)
    {
        var (bytesMet, cpuMet) = (measured.Bytes == 0, measured.CpuMilliseconds - nothing.CpuMilliseconds <= IdleCpu);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"allocated in 5 s without a change: " + what,-58} {measured.Bytes,9} B   limit {0,7}   {(bytesMet ? "met" : "MISSED")}   (without the library {nothing.Bytes})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"CPU in 5 s without a change: " + what,-58} {measured.CpuMilliseconds,9:0.0} ms  limit {nothing.CpuMilliseconds + IdleCpu,7:0.0}   {(cpuMet ? "met" : "MISSED")}   (without the library {nothing.CpuMilliseconds:0.0})"));
        return bytesMet & cpuMet;
    }
}
