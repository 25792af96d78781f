using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Podkit.Client.Tls;

namespace Podkit.Client.Http;

/// <summary>Opens connections to the server and sets up how they are kept.</summary>
internal static class ServerConnector
{
    private static readonly List<SslApplicationProtocol> Http11Only = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http2Or11 = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    public static SocketsHttpHandler CreateHandler(KubernetesClientConfiguration configuration, KubernetesClientOptions options, TlsMaterial material, bool forward)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = configuration.Proxy is not null,
            AutomaticDecompression = !forward && options.Compression && !configuration.DisableCompression && !configuration.Server.IsLoopback ? DecompressionMethods.GZip : DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        };
        if (forward) handler.ActivityHeadersPropagator = null;
        if (configuration.Proxy is { } proxy)
        {
            if (configuration.TlsServerName is not null) throw new KubernetesConfigurationException($"{configuration.Origin} has both a proxy and a TLS server name: only one of them can be used");
            handler.Proxy = new WebProxy(proxy);
            handler.SslOptions = material.Options(configuration.Server.IdnHost, null);
            handler.PlaintextStreamFilter = (context, _) =>
            {
                if (context.PlaintextStream is SslStream tls) ServerName.Verify(tls);
                return new ValueTask<Stream>(context.PlaintextStream);
            };
            return handler;
        }

        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = await OpenAsync(context.DnsEndPoint, null, cancellationToken).ConfigureAwait(false);
            if (context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttp) return new NetworkStream(socket, ownsSocket: true);
            var protocols = context.InitialRequestMessage.Version.Major >= 2 ? Http2Or11 : Http11Only;
            return await SecureAsync(socket, configuration, material, protocols, cancellationToken).ConfigureAwait(false);
        };
        return handler;
    }

    /// <summary>One connection outside of any pool, for HTTP/1.1.</summary>
    public static async Task<Stream> ConnectAsync(KubernetesClientConfiguration configuration, TlsMaterial material, TimeSpan? keepAlive, CancellationToken cancellationToken)
    {
        if (configuration.Proxy is not null) throw new KubernetesConfigurationException($"{configuration.Origin} has a proxy: upgraded connections cannot go through it");
        var socket = await OpenAsync(new DnsEndPoint(configuration.Server.IdnHost, configuration.Server.Port), keepAlive, cancellationToken).ConfigureAwait(false);
        if (configuration.Server.Scheme == Uri.UriSchemeHttp) return new NetworkStream(socket, ownsSocket: true);
        return await SecureAsync(socket, configuration, material, Http11Only, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Socket> OpenAsync(DnsEndPoint endPoint, TimeSpan? keepAlive, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A peer that vanished without a word is noticed as an HTTP/2 ping would: 30 s of silence, then 15 s without an answer.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Math.Clamp((keepAlive ?? TimeSpan.FromSeconds(30)).TotalSeconds, 1, 32767));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(
        Socket socket, KubernetesClientConfiguration configuration, TlsMaterial material, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        var authorities = SystemAuthorities.ReadAsync();
        var tls = new SslStream(authorities.IsCompleted ? new NetworkStream(socket, ownsSocket: true) : new LateAnswerStream(socket, authorities), leaveInnerStreamOpen: false);
        try
        {
            var options = material.Options(configuration.TlsServerName ?? configuration.Server.IdnHost, protocols);
            var handshake = tls.AuthenticateAsClientAsync(options, cancellationToken);
            if (!authorities.IsCompleted) FirstExchange.Begin();
            await handshake.ConfigureAwait(false);
            ServerName.Verify(tls);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
