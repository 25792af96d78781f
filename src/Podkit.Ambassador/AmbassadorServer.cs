using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Podkit.Ambassador.Forwarding;
using Podkit.Ambassador.Listening;
using Podkit.Ambassador.Tunnels;
using Podkit.Client;

namespace Podkit.Ambassador;

/// <summary>
/// The sidecar that lets every program of a pod talk to the API server in plain HTTP on localhost: it adds the pod's token, verifies the server, and passes
/// everything else through as it comes.
/// </summary>
public sealed partial class AmbassadorServer : IAsyncDisposable
{
    private readonly AmbassadorOptions _options;
    private readonly ILogger _logger;
    private readonly KestrelServer _kestrel;
    private readonly RequestForwarder _forwarder;
    private readonly ProxyApplication _application;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly UnixSocketFile? _socketFile;
    private string? _address;
    private bool _disposed;

    /// <summary>Creates an ambassador; nothing listens yet.</summary>
    /// <param name="client">Where the API server is and how to authenticate; it must outlive the ambassador.</param>
    /// <param name="options">What to listen on and what to let pass.</param>
    /// <param name="loggerFactory">Where to log; default: nowhere.</param>
    /// <exception cref="AmbassadorException">An option makes no sense.</exception>
    public AmbassadorServer(KubernetesClient client, AmbassadorOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _options = options ?? new AmbassadorOptions();
        _options.Validate();
        loggerFactory ??= NullLoggerFactory.Instance;
        _logger = loggerFactory.CreateLogger("Podkit.Ambassador");
        _forwarder = new RequestForwarder(client, _options, _logger, _stopping.Token);
        _application = new ProxyApplication(_options, _forwarder, new UpgradeForwarder(client, _options, _logger, _stopped.Token), _logger);
        _socketFile = _options.UnixSocket.Length > 0 ? new UnixSocketFile(_options.UnixSocket) : null;
        _kestrel = new KestrelServer(Options.Create(KestrelOptions()), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggerFactory), loggerFactory);
        if (_options.DisableFilter && _socketFile is null) LogUnfiltered();
        if (!_options.AppendServerPath && client.Configuration.Server.AbsolutePath.Length > 1) LogServerPath(client.Configuration.Server.AbsolutePath);
    }

    /// <summary>What the ambassador listens on once it has started: <c>127.0.0.1:8001</c>, or the path of its Unix socket.</summary>
    public string Address => _address ?? throw new InvalidOperationException("the ambassador has not been started");

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AmbassadorException">The address cannot be listened on; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _kestrel.StartAsync(_application, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw CannotListen(e);
        }

        _socketFile?.Publish();
        _address = _socketFile?.Path ?? BoundAddress();
        LogStarted(_address);
    }

    /// <summary>Stops: no new connections; watches end at once, and cleanly; other requests may go on for <see cref="AmbassadorOptions.DrainTimeout"/>.</summary>
    /// <param name="cancellationToken">Stops waiting, and cuts what is left.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.DrainTimeout);
        using var cut = limit.Token.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _stopped);
        await _kestrel.StopAsync(limit.Token).ConfigureAwait(false);
        LogStopped();
    }

    /// <summary>Cuts what is left and lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _kestrel.StopAsync(now.Token).ConfigureAwait(false);
        _kestrel.Dispose();
        _forwarder.Dispose();
        _socketFile?.Dispose();
        _stopping.Dispose();
        _stopped.Dispose();
    }

    private KestrelServerOptions KestrelOptions()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        kestrel.Limits.RequestHeadersTimeout = _options.HeaderTimeout;
        kestrel.Limits.MaxConcurrentConnections = _options.MaximumConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = _options.MaximumConnections;

        // The API server bounds bodies; a watch may be silent, and its reader slow, for as long as they like.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        if (_socketFile is not null) kestrel.ListenUnixSocket(_socketFile.BindPath, Configure);
        else kestrel.Listen(new IPEndPoint(IPAddressOf(_options.Address), _options.Port), Configure);
        return kestrel;
    }

    private static void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => TunnelGate.RunAsync(connection, next));
    }

    private static IPAddress IPAddressOf(string text)
    {
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return IPAddress.Loopback;
        return IPAddress.TryParse(text.Trim('[', ']'), out var address) ? address : throw new AmbassadorException($"--address: \"{text}\" is not an IP address of this machine: give one such as 127.0.0.1, or localhost");
    }

    private string BoundAddress()
    {
        var addresses = _kestrel.Features.Get<IServerAddressesFeature>()!.Addresses;
        return addresses.First()["http://".Length..];
    }

    private AmbassadorException CannotListen(Exception e)
    {
        if (_socketFile is not null) return new AmbassadorException($"cannot listen on {_socketFile.Path}: {e.Message}", e);
        var where = $"cannot listen on {_options.Address}:{_options.Port}";
        if (e is not AddressInUseException && e.InnerException is not AddressInUseException) return new AmbassadorException($"{where}: {e.Message}", e);
        return new AmbassadorException($"{where}: the port is taken; choose another (0: any free one)", e) { TakenPort = _options.Port };
    }

    [LoggerMessage(10, LogLevel.Information, "serving on {Address}")]
    private partial void LogStarted(string address);

    [LoggerMessage(11, LogLevel.Information, "stopped")]
    private partial void LogStopped();

    [LoggerMessage(12, LogLevel.Warning, "the request filter is disabled: web pages that a browser on this machine opens can use the API")]
    private partial void LogUnfiltered();

    [LoggerMessage(13, LogLevel.Warning, "the server's address has the path {Path}, which is not put before the path of requests: use --append-server-path to do so")]
    private partial void LogServerPath(string path);
}
