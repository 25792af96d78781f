using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Podkit.Ambassador.Listening;

namespace Podkit.Ambassador.Tunnels;

/// <summary>
/// Sits between a connection and HTTP's server. A client that closes its sending half has, to HTTP's server, gone: the request is cancelled and nothing
/// more is sent. One that asks to leave HTTP has only said its part, so then the news is withheld, and what comes from the API server goes straight to
/// the socket.
/// </summary>
internal sealed class TunnelGate : IDisposable
{
    private static readonly BlockPool Blocks = new();

    private readonly ConnectionContext _connection;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly Lock _lock = new();
    private bool _ended;
    private Phase _phase;

    private TunnelGate(ConnectionContext connection)
    {
        _connection = connection;
        _registration = connection.ConnectionClosed.UnsafeRegister(static gate => ((TunnelGate)gate!).OnClosed(), this);
    }

    private enum Phase
    {
        /// <summary>Between requests, and while one is being read: HTTP's server sees the end itself.</summary>
        Reading,

        /// <summary>A request is being served for a client that waits.</summary>
        Serving,

        /// <summary>A request to leave HTTP is being served.</summary>
        Upgrading,
    }

    public System.IO.Pipelines.PipeReader Input => _connection.Transport.Input;

    public Socket Socket => _connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;

    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var gate = new TunnelGate(connection);
        connection.ConnectionClosed = gate._closed.Token;
        connection.Features.Set(gate);
        connection.Features.Set<IMemoryPoolFeature>(Blocks);
        await next(connection).ConfigureAwait(false);
    }

    public void Begin(bool upgrade)
    {
        lock (_lock)
        {
            _phase = upgrade ? Phase.Upgrading : Phase.Serving;
            if (upgrade || !_ended) return;
        }

        _closed.Cancel();
    }

    public void End()
    {
        lock (_lock) _phase = Phase.Reading;
    }

    public void Abort() => _connection.Abort(new ConnectionAbortedException("the tunnel has ended"));

    public void Dispose()
    {
        _registration.Dispose();
        _closed.Dispose();
    }

    private void OnClosed()
    {
        lock (_lock)
        {
            _ended = true;
            if (_phase != Phase.Serving) return;
        }

        _closed.Cancel();
    }
}
