using System.Globalization;

namespace Podkit.Bench;

/// <summary>Measured values of one kind, in milliseconds or megabytes.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public void Add(double value) => values.Add(value);

    public double Percentile(double percent)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    /// <summary>Prints a percentile beside its limit, and whether it is met.</summary>
    public bool Hold(string what, double percent, double limit, string unit)
    {
        var measured = Percentile(percent);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-58} {measured,9:0.0} {unit,-3} limit {limit,7:0.0}   ratio {measured / limit:0.00}   {(measured <= limit ? "met" : "MISSED")}   (min {values.Min():0.0}, max {values.Max():0.0}, n {values.Count})"));
        return measured <= limit;
    }
}
