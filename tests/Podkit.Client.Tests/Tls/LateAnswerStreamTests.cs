using System.Net;
using System.Net.Sockets;
using Podkit.Client.Tls;

namespace Podkit.Client.Tests.Tls;

public sealed class LateAnswerStreamTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LateAnswerStreamTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task What_is_written_goes_out_at_once_and_what_comes_in_waits_for_the_task()
    {
        var until = new TaskCompletionSource();
        var (stream, peer) = await ConnectAsync(until.Task);
        await using var _ = stream;
        using var __ = peer;

        await stream.WriteAsync("greeting"u8.ToArray());
        var greeting = new byte[8];
        await peer.GetStream().ReadExactlyAsync(greeting);
        greeting.ShouldBe("greeting"u8.ToArray());
        await peer.GetStream().WriteAsync("answer"u8.ToArray());

        var answer = new byte[6];
        var reading = stream.ReadAsync(answer).AsTask();
        stream.Socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead).ShouldBeTrue();
        reading.IsCompleted.ShouldBeFalse();
        until.SetResult();
        var read = await reading;
        await stream.ReadExactlyAsync(answer.AsMemory(read));
        answer.ShouldBe("answer"u8.ToArray());
    }

    [Fact]
    public async Task Whoever_waits_can_stop_waiting()
    {
        var (stream, peer) = await ConnectAsync(new TaskCompletionSource().Task);
        await using var _ = stream;
        using var __ = peer;
        using var stop = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[1], stop.Token).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task The_authorities_of_the_system_are_read_once_and_never_fail()
    {
        var reading = SystemAuthorities.ReadAsync();
        SystemAuthorities.ReadAsync().ShouldBeSameAs(reading);
        await reading;
    }

    private async Task<(LateAnswerStream Stream, TcpClient Peer)> ConnectAsync(Task until)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_listener.LocalEndpoint);
        return (new LateAnswerStream(socket, until), await _listener.AcceptTcpClientAsync());
    }
}
