using System.Net.Sockets;

namespace Podkit.Node.Probes;

/// <summary>Asks whether a TCP port takes connections.</summary>
internal sealed class TcpProber(string host, int port) : IProber
{
    public async Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return ProbeOutcome.Ok;
        }
        catch (SocketException e)
        {
            return ProbeOutcome.Failed(DialMessages.Of(e, DialMessages.Join(host, port)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failed(DialMessages.Timeout(DialMessages.Join(host, port)));
        }
    }
}
