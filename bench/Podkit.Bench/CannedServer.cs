using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Podkit.Bench;

/// <summary>Serves bytes that were made before: what is measured is the client. Plain HTTP, bodies that end with the connection or with their announced length.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<string, NetworkStream, CancellationToken, Task<bool>> answer;
    private readonly Task accepting;

    /// <param name="answer">Answers a request target; true: the connection stays open for the next.</param>
    public CannedServer(Func<string, NetworkStream, CancellationToken, Task<bool>> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public static byte[] Response(byte[] body) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];

    /// <summary>The head of an answer whose body ends with the connection.</summary>
    public static byte[] OpenHead { get; } = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"u8.ToArray();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        await Task.Yield();
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                var head = new byte[8192];
                while (true)
                {
                    var length = 0;
                    while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                    {
                        var read = await stream.ReadAsync(head.AsMemory(length), stop.Token);
                        if (read == 0) return;
                        length += read;
                    }

                    if (!await answer(Encoding.ASCII.GetString(head, 0, length).Split(' ')[1], stream, stop.Token)) return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has gone.
            }
        }
    }
}
