using System.Buffers;
using System.Globalization;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary>Durations as kubectl's flags write them: <c>30s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>0</c>.</summary>
internal static class Duration
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("us", 0.000001), ("ns", 0.000000001), ("h", 3600), ("m", 60), ("s", 1)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <exception cref="CliException">The text is no duration.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        if (text == "0") return TimeSpan.Zero;
        var total = 0.0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) throw Bad(option, text);
            rest = rest[digits..];
            var found = false;
            foreach (var (unit, seconds) in Units)
            {
                if (!rest.StartsWith(unit, StringComparison.Ordinal)) continue;
                total += number * seconds;
                rest = rest[unit.Length..];
                found = true;
                break;
            }

            if (!found) throw Bad(option, text);
        }

        return text.Length == 0 || total > TimeSpan.MaxValue.TotalSeconds ? throw Bad(option, text) : TimeSpan.FromSeconds(total);
    }

    private static CliException Bad(string option, string text) => CliException.BadInput($"{option} {text}: expected a duration such as 30s or 1m30s");
}
