using System.Globalization;

namespace Podkit.Bench.Peers;

/// <summary>What was measured of each peer, and how it stands to the first.</summary>
internal sealed class PeerTable
{
    private readonly List<string> measures = [];
    private readonly Dictionary<(string Measure, string Peer), Samples> samples = [];

    public void Add(string measure, string peer, double value)
    {
        if (!measures.Contains(measure)) measures.Add(measure);
        if (!samples.TryGetValue((measure, peer), out var of)) samples[(measure, peer)] = of = new Samples();
        of.Add(value);
    }

    public void Print(IReadOnlyList<string> peers)
    {
        foreach (var measure in measures)
        {
            Console.WriteLine($"\n{measure}");
            var first = samples.GetValueOrDefault((measure, peers[0]))?.Percentile(50);
            foreach (var peer in peers)
            {
                if (!samples.TryGetValue((measure, peer), out var of)) continue;
                var median = of.Percentile(50);
                var ratio = first is { } own ? string.Create(CultureInfo.InvariantCulture, $"{median / own,7:0.00}") : "";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {peer,-42} {median,10:0.0} {ratio}   ({of.Percentile(0):0.0} to {of.Percentile(100):0.0}, n {of.Count})"));
            }
        }
    }
}
