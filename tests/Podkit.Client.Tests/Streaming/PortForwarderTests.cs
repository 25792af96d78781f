using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Podkit.Testing;

namespace Podkit.Client.Tests.Streaming;

public sealed class PortForwarderTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Whatever_a_connection_fails_with_is_told_and_the_next_one_is_served()
    {
        var failures = new Queue<Exception>([new InvalidOperationException("one"), new KubernetesConfigurationException("two"), new OperationCanceledException("three")]);
        var told = Channel.CreateUnbounded<Exception>();
        await using var forwarder = new PortForwarder(_ => failures.TryDequeue(out var e) ? Task.FromException<Stream>(e) : Echo(), 0, _time);
        forwarder.OnError = e => told.Writer.TryWrite(e);
        foreach (var expected in new[] { "one", "two", "three" })
        {
            await ReadToEndAsync(forwarder);
            (await told.Reader.ReadAsync()).Message.ShouldBe(expected);
        }

        await SpeakAsync(forwarder);
    }

    [Fact]
    public async Task A_listener_that_throws_ends_neither_the_accepting_nor_the_disposal()
    {
        var calls = 0;
        var heard = Channel.CreateUnbounded<int>();
        await using var forwarder = new PortForwarder(_ => Interlocked.Increment(ref calls) == 1 ? throw new IOException("no") : Echo(), 0, _time);
        forwarder.OnError = _ =>
        {
            heard.Writer.TryWrite(1);
            throw new InvalidOperationException("a listener's own fault");
        };
        await ReadToEndAsync(forwarder);
        await heard.Reader.ReadAsync();
        await SpeakAsync(forwarder);
    }

    [Fact]
    public async Task An_accept_error_that_lasts_is_tried_again_after_growing_pauses()
    {
        var attempts = 0;
        var failing = true;
        await using var forwarder = new PortForwarder(
            _ => Echo(), 0, _time,
            (listener, cancellationToken) =>
            {
                Interlocked.Increment(ref attempts);
                return Volatile.Read(ref failing) ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.AcceptSocketAsync(cancellationToken);
            });
        forwarder.OnError = _ => throw new InvalidOperationException("a listener's own fault");
        var expected = 0;
        foreach (var pause in new[] { 10, 20, 40, 80, 160, 320, 640, 1000, 1000 })
        {
            await _time.TimerAsync(t => t == TimeSpan.FromMilliseconds(pause));
            attempts.ShouldBe(++expected);
            if (expected == 9) Volatile.Write(ref failing, false);
            _time.Advance(TimeSpan.FromMilliseconds(pause));
        }

        await SpeakAsync(forwarder);
    }

    [Fact]
    public async Task A_pause_after_an_accept_error_does_not_hold_up_the_disposal()
    {
        var forwarder = new PortForwarder(_ => Echo(), 0, _time, (_, _) => throw new SocketException((int)SocketError.TooManyOpenSockets));
        await _time.TimerAsync(_ => true);
        await forwarder.DisposeAsync();
    }

    [Fact]
    public async Task A_write_that_fails_is_told_also_when_the_pods_side_only_waits()
    {
        var told = new TaskCompletionSource<Exception>();
        await using var forwarder = new PortForwarder(_ => Task.FromResult<Stream>(new Unwritable()), 0, _time);
        forwarder.OnError = e => told.TrySetResult(e);
        using var local = new TcpClient();
        await local.ConnectAsync(IPAddress.Loopback, forwarder.LocalPort);
        await local.GetStream().WriteAsync("abc"u8.ToArray());
        (await told.Task).ShouldBeOfType<NotSupportedException>();
    }

    private static Task<Stream> Echo()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        return Task.FromResult<Stream>(new Loop(pipe.Reader.AsStream(), pipe.Writer.AsStream()));
    }

    private static async Task SpeakAsync(PortForwarder forwarder)
    {
        using var local = new TcpClient();
        await local.ConnectAsync(IPAddress.Loopback, forwarder.LocalPort);
        var stream = local.GetStream();
        await stream.WriteAsync("abc"u8.ToArray());
        var answer = new byte[3];
        await stream.ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("abc");
    }

    private static async Task ReadToEndAsync(PortForwarder forwarder)
    {
        using var local = new TcpClient();
        await local.ConnectAsync(IPAddress.Loopback, forwarder.LocalPort);
        (await local.GetStream().ReadAsync(new byte[1])).ShouldBe(0);
    }

    /// <summary>What is written comes back.</summary>
    private class Loop(Stream reads, Stream writes) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reads.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await writes.WriteAsync(buffer, cancellationToken);
            await writes.FlushAsync(cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class Unwritable() : Loop(new System.IO.Pipelines.Pipe().Reader.AsStream(), Null)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException("not now");
    }
}
