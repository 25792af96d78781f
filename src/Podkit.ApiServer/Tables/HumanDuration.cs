using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Tables;

/// <summary>Durations as kubectl shows them: <c>34s</c>, <c>5m3s</c>, <c>3h12m</c>, <c>2d4h</c>.</summary>
internal static class HumanDuration
{
    public static string Of(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return Text(seconds, "s");
        var minutes = seconds / 60;
        if (minutes < 10) return Pair(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return Text(minutes, "m");
        var hours = minutes / 60;
        if (hours < 8) return Pair(hours, "h", minutes % 60, "m");
        if (hours < 48) return Text(hours, "h");
        var days = hours / 24;
        if (days < 8) return Pair(days, "d", hours % 24, "h");
        if (days < 730) return Text(days, "d");
        return days < 2920 ? Pair(days / 365, "y", days % 365, "d") : Text(days / 365, "y");
    }

    /// <summary>How long ago the time at a path was; <c>&lt;unknown&gt;</c> when there is none.</summary>
    public static string Since(JsonObject document, string path, TimeProvider time) =>
        document.TimeAt(path) is { } then ? Of(time.GetUtcNow() - then) : "<unknown>";

    private static string Text(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static string Pair(long number, string unit, long rest, string restUnit) => rest == 0 ? Text(number, unit) : Text(number, unit) + Text(rest, restUnit);
}
