namespace Podkit.Ambassador;

/// <summary>What an ambassador listens on and lets pass; names and defaults are those of kubectl proxy's flags where it has one.</summary>
public sealed record AmbassadorOptions
{
    /// <summary>The port to listen on; 0 for any free one. Flag <c>--port</c>, <c>-p</c>. Default: 8001.</summary>
    public int Port { get; init; } = 8001;

    /// <summary>The IP address to listen on, or <c>localhost</c>. Flag <c>--address</c>. Default: 127.0.0.1.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>A Unix socket to listen on instead of an address and port; only its owner may connect. Flag <c>--unix-socket</c>, <c>-u</c>. Default: none.</summary>
    public string UnixSocket { get; init; } = "";

    /// <summary>The path below which the API is served. Flag <c>--api-prefix</c>. Default: <c>/</c>.</summary>
    public string ApiPrefix { get; init; } = "/";

    /// <summary>A folder of static files to serve beside the API. Flag <c>--www</c>, <c>-w</c>. Default: none.</summary>
    public string Www { get; init; } = "";

    /// <summary>The path below which static files are served. Flag <c>--www-prefix</c>, <c>-P</c>. Default: <c>/static/</c>.</summary>
    public string WwwPrefix { get; init; } = "/static/";

    /// <summary>Comma-separated patterns (RE2) of paths that pass. Flag <c>--accept-paths</c>. Default: <c>^.*</c>.</summary>
    public string AcceptPaths { get; init; } = "^.*";

    /// <summary>Comma-separated patterns (RE2) of paths that are refused. Flag <c>--reject-paths</c>. Default: exec and attach.</summary>
    public string RejectPaths { get; init; } = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach";

    /// <summary>Comma-separated patterns (RE2) of hosts, without port, that the Host header may name. Flag <c>--accept-hosts</c>. Default: this machine.</summary>
    public string AcceptHosts { get; init; } = @"^localhost$,^127\.0\.0\.1$,^\[::1\]$";

    /// <summary>Comma-separated patterns (RE2) of methods that are refused. Flag <c>--reject-methods</c>. Default: <c>^$</c>, none.</summary>
    public string RejectMethods { get; init; } = "^$";

    /// <summary>Whether nothing is filtered: any web page that a browser on this machine opens could use the API. Flag <c>--disable-filter</c>. Default: false.</summary>
    public bool DisableFilter { get; init; }

    /// <summary>Whether the path of the server's address is put before the path of each request. Flag <c>--append-server-path</c>. Default: false.</summary>
    public bool AppendServerPath { get; init; }

    /// <summary>The keep-alive period of upgraded connections; zero: the client's own. Flag <c>--keepalive</c>. Default: 0.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>What happens to a request that brings credentials of its own. Flag <c>--client-authorization</c>. Default: forbid.</summary>
    public ClientAuthorization ClientAuthorization { get; init; }

    /// <summary>What happens to a request with <c>Impersonate-*</c> headers. Default: it is refused.</summary>
    public ImpersonationHeaders Impersonation { get; init; }

    /// <summary>How long a client may take to send the headers of a request. Default: 30 seconds.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections are served at once; more wait in the system's queue or are closed. Default: 1024.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>How long requests may go on after the ambassador has been told to stop; watches end at once, and cleanly. Default: 10 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        if (Port is < 0 or > 65535) throw Bad("--port", $"{Port} is not a port: give 0 (any free one) to 65535");
        if (UnixSocket.Length == 0 && string.IsNullOrWhiteSpace(Address)) throw Bad("--address", "an IP address is needed, such as 127.0.0.1");
        if (!ApiPrefix.StartsWith('/')) throw Bad("--api-prefix", $"\"{ApiPrefix}\" must begin with a slash");
        if (!WwwPrefix.StartsWith('/')) throw Bad("--www-prefix", $"\"{WwwPrefix}\" must begin with a slash");
        if (Www.Length > 0 && !Directory.Exists(Www)) throw Bad("--www", $"there is no folder {Www}");
        if (KeepAlive < TimeSpan.Zero) throw Bad("--keepalive", "a period must not be negative");
        if (HeaderTimeout <= TimeSpan.Zero) throw Bad(nameof(HeaderTimeout), "must be positive");
        if (MaximumConnections <= 0) throw Bad(nameof(MaximumConnections), "must be positive");
        if (DrainTimeout < TimeSpan.Zero) throw Bad(nameof(DrainTimeout), "must not be negative");
    }

    private static AmbassadorException Bad(string option, string problem) => new($"{option}: {problem}");
}
