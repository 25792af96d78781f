using Podkit.Client.Credentials;
using Podkit.Client.Errors;
using Podkit.Client.Tls;

namespace Podkit.Client.Http;

/// <summary>
/// The connections to the server. When authorities or client certificate change, a new set of connections takes over; the old one
/// finishes what it has begun, and goes.
/// </summary>
internal sealed class ApiTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ExecCredentialPlugin? plugin, bool forward) : HttpMessageHandler
{
    private readonly TlsMaterialSource _tls = new(configuration, options, plugin);
    private readonly Lock _lock = new();
    private ConnectionSet? _current;
    private bool _disposed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var material = await _tls.GetAsync(cancellationToken).ConfigureAwait(false);
        if (configuration.Proxy is not null) await SystemAuthorities.ReadAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SendAsync(request, material, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (ConnectionFailure.IsTrustFailure(e))
        {
            // Nothing has been sent. Perhaps the authority was renewed a moment ago: look, but never try again with the same.
            var newer = await _tls.CheckAsync(material, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(newer, material)) throw;
            return await SendAsync(request, newer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A connection of the caller's own, verified, for what is not HTTP messages.</summary>
    public async Task<Stream> ConnectAsync(TimeSpan? keepAlive, CancellationToken cancellationToken)
    {
        var material = await _tls.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ConnectAsync(keepAlive, material, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectionFailure.IsTrustFailure(e))
        {
            var newer = await _tls.CheckAsync(material, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(newer, material)) throw;
            return await ConnectAsync(keepAlive, newer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads authorities and certificate if they are due. Returns what is wrong with them although the last good ones still serve.</summary>
    public async Task<string?> CheckMaterialAsync(CancellationToken cancellationToken)
    {
        _ = await _tls.GetAsync(cancellationToken).ConfigureAwait(false);
        return _tls.Problem;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _disposed = true;
                _current?.Retire();
                _current = null;
            }
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TlsMaterial material, CancellationToken cancellationToken)
    {
        var connections = Lease(material);
        try
        {
            return await connections.Invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (material.LacksRoot && ConnectionFailure.IsTrustFailure(e))
        {
            throw new HttpRequestException(e.HttpRequestError, e.Message, ConnectionFailure.WithoutRoot(e));
        }
        finally
        {
            connections.Return();
        }
    }

    private async Task<Stream> ConnectAsync(TimeSpan? keepAlive, TlsMaterial material, CancellationToken cancellationToken)
    {
        try
        {
            return await ServerConnector.ConnectAsync(configuration, material, keepAlive, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (material.LacksRoot && ConnectionFailure.IsTrustFailure(e))
        {
            throw ConnectionFailure.WithoutRoot(e);
        }
    }

    private ConnectionSet Lease(TlsMaterial material)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(KubernetesClient));
            if (_current is null || !ReferenceEquals(_current.Material, material))
            {
                _current?.Retire();
                _current = new ConnectionSet(material, ServerConnector.CreateHandler(configuration, options, material, forward));
            }

            _current.Lease();
            return _current;
        }
    }
}

/// <summary>The connections made with one state of the certificates.</summary>
internal sealed class ConnectionSet(TlsMaterial material, SocketsHttpHandler handler)
{
    private int _uses = 1;

    public TlsMaterial Material { get; } = material;

    public HttpMessageInvoker Invoker { get; } = new(handler, disposeHandler: true);

    public void Lease() => Interlocked.Increment(ref _uses);

    /// <summary>Disposing closes idle connections; those in use close when their answers have been read.</summary>
    public void Return()
    {
        if (Interlocked.Decrement(ref _uses) == 0) Invoker.Dispose();
    }

    public void Retire() => Return();
}
