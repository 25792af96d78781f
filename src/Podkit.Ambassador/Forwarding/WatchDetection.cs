using Podkit.Ambassador.Paths;

namespace Podkit.Ambassador.Forwarding;

/// <summary>Whether a request's answer has no end of its own: a watch, or a log that is followed.</summary>
internal static class WatchDetection
{
    public static bool IsEndless(RequestTarget target)
    {
        if (target.Path.Contains("/watch/", StringComparison.Ordinal)) return true;
        var query = target.QueryString;
        if (query.Length < 2) return false;
        query = query[1..];
        foreach (var part in query.Split('&'))
        {
            if (query[part] is "watch=true" or "watch=1" or "watch" or "watch=True" or "follow=true" or "follow=1" or "follow=True") return true;
        }

        return false;
    }
}
