using System.Diagnostics;
using System.Globalization;
using Podkit.Metadata;
using Podkit.Metadata.Testing;

namespace Podkit.Bench;

/// <summary>
/// What the pod's name, namespace, node and a label add to a log line of a web request, which is formatted as JSON and written to a file: beside the
/// same line without them, in turns, in one thread. Processor time, since other programs of the machine do not count.
/// </summary>
internal static class LoggingBench
{
    private const int LinesOfATurn = 5_000;

    public static Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        using var fake = new FakePod("web-6d4cf56db6-zx8kq", "shop");
        fake.SetLabel("env", "production");
        var options = new PodMetadataOptions();
        fake.Configure(options);
        options.Values[PodFields.NodeName] = "node-17.example.internal";
        using var pod = PodMetadata.Open(options);
        using var activity = new Activity("GET /orders/{id}").SetIdFormat(ActivityIdFormat.W3C).Start();
        var turns = runs > 0 ? runs : 200;
        var met = Extensions(pod, turns, cancellationToken);
        met &= Serilog(pod, turns, cancellationToken);
        return Task.FromResult(met);
    }

    private static bool Extensions(PodMetadata pod, int turns, CancellationToken cancellationToken)
    {
        using var bare = new ExtensionsLines(pod, PodIn.Nothing, writeScopes: false);
        using var visited = new ExtensionsLines(pod, PodIn.Enrichment, writeScopes: false);
        using var plain = new ExtensionsLines(pod, PodIn.Nothing, writeScopes: true);
        using var byHand = new ExtensionsLines(pod, PodIn.ByHand, writeScopes: true);
        using var enriched = new ExtensionsLines(pod, PodIn.Enrichment, writeScopes: true);
        using var encoded = new ExtensionsLines(pod, PodIn.Encoded, writeScopes: true);
        var met = Compare("logging: enrichment, found but not written, beside none", bare, visited, turns, 5, cancellationToken);
        met &= Compare("logging: enrichment beside a scope by hand, JSON", byHand, enriched, turns, 5, cancellationToken);
        met &= Compare("logging: JSON that begins with the pod, beside none", plain, encoded, turns, 5, cancellationToken);
        Compare("logging: enrichment as a scope beside none, JSON", plain, enriched, turns, null, cancellationToken);
        met &= Bytes("logging: allocated more than without, begins with the pod", Allocated(encoded) - Allocated(plain));
        return met & Bytes("logging: allocated more than without, as a scope", Allocated(enriched) - Allocated(plain));
    }

    private static bool Serilog(PodMetadata pod, int turns, CancellationToken cancellationToken)
    {
        using var plain = new SerilogLines(pod, PodIn.Nothing);
        using var byHand = new SerilogLines(pod, PodIn.ByHand);
        using var enriched = new SerilogLines(pod, PodIn.Enrichment);
        using var encoded = new SerilogLines(pod, PodIn.Encoded);
        var met = Compare("Serilog: enrichment beside fixed properties, JSON", byHand, enriched, turns, 5, cancellationToken);
        met &= Compare("Serilog: JSON that begins with the pod, beside none", plain, encoded, turns, 5, cancellationToken);
        Compare("Serilog: enrichment beside none, JSON", plain, enriched, turns, null, cancellationToken);
        met &= Bytes("Serilog: allocated more than without, begins with the pod", Allocated(encoded) - Allocated(plain));
        return met & Bytes("Serilog: allocated more than by fixed properties", Allocated(enriched) - Allocated(byHand));
    }

    /// <summary>Compares in turns; without a limit it only tells: what is written costs its bytes, whoever adds it.</summary>
    private static bool Compare(string what, ILines without, ILines with, int turns, double? limit, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 10; i++) _ = (Turn(without), Turn(with));
        var (ratios, plain, more) = (new Samples(), new Samples(), new Samples());
        for (var i = 0; i < turns; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Whichever comes first has the colder caches.
            var isPlainFirst = i % 2 == 0;
            var first = Turn(isPlainFirst ? without : with);
            var second = Turn(isPlainFirst ? with : without);
            var (a, b) = isPlainFirst ? (first, second) : (second, first);
            plain.Add(a);
            more.Add(b);
            ratios.Add(100 * (b / a - 1));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {plain.Percentile(50):0} and {more.Percentile(50):0} ns, {without.BytesWritten} and {with.BytesWritten} bytes a line{(limit is null ? $": {ratios.Percentile(50):0.0} % slower for {100.0 * with.BytesWritten / without.BytesWritten - 100:0} % more text" : "")}"));
        return limit is not { } most || ratios.Hold("  slower, median", 50, most, "%");
    }

    private static double Turn(ILines lines)
    {
        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < LinesOfATurn; i++) lines.Write(i);
        return (Environment.CpuUsage.TotalTime - start).TotalNanoseconds / LinesOfATurn;
    }

    private static long Allocated(ILines lines)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < LinesOfATurn; i++) lines.Write(7);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / LinesOfATurn;
    }

    private static bool Bytes(string what, long bytes)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-58} {bytes,9} B   limit {0,7}   {(bytes <= 0 ? "met" : "MISSED")}"));
        return bytes <= 0;
    }
}
