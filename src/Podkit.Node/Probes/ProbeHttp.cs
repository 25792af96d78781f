namespace Podkit.Node.Probes;

/// <summary>The HTTP client of probes and hooks: no proxies, no cookies, no redirects of its own, a connection for each try.</summary>
internal static class ProbeHttp
{
    public static HttpMessageInvoker New() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.Zero,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 10 * 1024,
    });
}
