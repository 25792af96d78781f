using System.Net.Sockets;

namespace Podkit.Client.Tls;

/// <summary>A connection whose answers are not read before a task has ended: a TLS handshake on it sends its greeting at once, and verifies afterwards.</summary>
internal sealed class LateAnswerStream(Socket socket, Task until) : NetworkStream(socket, ownsSocket: true)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        until.IsCompleted ? base.ReadAsync(buffer, cancellationToken) : LateAsync(buffer, cancellationToken);

    private async ValueTask<int> LateAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await until.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
