namespace Podkit.Ambassador.Filtering;

/// <summary>Decides which requests pass, in kubectl proxy's order: path refused, method refused, then path and host accepted; then what browsers say of a request's origin.</summary>
internal sealed class RequestFilter
{
    private readonly PatternList _acceptPaths;
    private readonly PatternList _rejectPaths;
    private readonly PatternList _acceptHosts;
    private readonly PatternList _rejectMethods;

    public RequestFilter(AmbassadorOptions options)
    {
        _rejectPaths = new PatternList("--reject-paths", options.RejectPaths);
        _rejectMethods = new PatternList("--reject-methods", options.RejectMethods);
        _acceptPaths = new PatternList("--accept-paths", options.AcceptPaths);
        _acceptHosts = new PatternList("--accept-hosts", options.AcceptHosts);
    }

    /// <summary>Null when the request passes, else why it does not.</summary>
    public string? Refuse(string method, string path, string host, string origin, string fetchSite)
    {
        if (_rejectPaths.Matches(path)) return "this path is not allowed here (--reject-paths)";
        if (_rejectMethods.Matches(method)) return "this method is not allowed here (--reject-methods)";
        if (!_acceptPaths.Matches(path)) return "this path is not allowed here (--accept-paths)";
        if (!IsAccepted(HostName.Of(host))) return "the Host header names a host that is not allowed here (--accept-hosts)";
        return IsForeign(host, origin, fetchSite) ? "a web page of another origin may not use this API" : null;
    }

    // As kubectl's own pattern for [::1] is written: with brackets. Patterns without them are understood too.
    private bool IsAccepted(string host) => _acceptHosts.Matches(host) || (host.StartsWith('[') && _acceptHosts.Matches(host.Trim('[', ']')));

    private static bool IsForeign(string host, string origin, string fetchSite)
    {
        if (fetchSite.Length > 0 && fetchSite is not ("same-origin" or "none")) return true;
        if (origin.Length == 0) return false;
        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 || !origin.AsSpan(scheme + 3).Equals(host, StringComparison.OrdinalIgnoreCase);
    }
}
