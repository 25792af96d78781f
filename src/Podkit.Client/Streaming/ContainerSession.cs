using System.Buffers;
using System.Globalization;
using System.Text;
using Podkit.Client.Errors;
using Podkit.Client.Streaming;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>
/// A program that runs in a container, by exec or attach: its streams, and how it ends. Read the output streams that were asked for: one that nobody reads
/// stops the program when a megabyte waits. Disposing cuts the connection; what the program does then is its own matter.
/// </summary>
public sealed class ContainerSession : IAsyncDisposable
{
    private const int MaximumStatusBytes = 1 << 20;

    private readonly ChannelSocket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly ChannelPipe? _output;
    private readonly ChannelPipe? _error;
    private readonly ArrayBufferWriter<byte> _status = new();
    private readonly string _call;
    private readonly Task<int> _running;
    private int _disposed;

    internal ContainerSession(ChannelSocket socket, PodExecOptions options, string call)
    {
        (_socket, _call) = (socket, call);
        if (options.StandardOutput) _output = new ChannelPipe();
        if (options.StandardError && !options.Terminal) _error = new ChannelPipe();
        if (options.StandardInput)
        {
            StandardInput = new ChannelWriteStream((data, cancellationToken) => _socket.SendAsync(ChannelProtocol.StandardInput, data, cancellationToken), EndInputAsync);
        }

        _running = RunAsync();
    }

    /// <summary>What the program reads, or null when it was not asked for. Disposing it ends the program's input, when <see cref="CanEndInput"/>.</summary>
    public Stream? StandardInput { get; }

    /// <summary>What the program writes; empty when it was not asked for.</summary>
    public Stream StandardOutput => _output?.Stream ?? Stream.Null;

    /// <summary>What the program writes to its standard error; empty when it was not asked for, and with a terminal.</summary>
    public Stream StandardError => _error?.Stream ?? Stream.Null;

    /// <summary>The protocol that the server has chosen: <c>v5.channel.k8s.io</c>, or <c>v4.channel.k8s.io</c> before Kubernetes 1.29.</summary>
    public string Protocol => _socket.Protocol;

    /// <summary>Whether the end of the standard input can be told: only <c>v5.channel.k8s.io</c> can; with an older server the program waits for more until the session ends.</summary>
    public bool CanEndInput => Protocol == ChannelProtocol.V5;

    /// <summary>Ends when the program has ended, with its exit code.</summary>
    /// <param name="cancellationToken">Stops waiting; the program goes on.</param>
    /// <exception cref="KubernetesException">The program could not be run; the server says why.</exception>
    /// <exception cref="KubernetesConnectionException">The connection broke before the program's end was told.</exception>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default) => _running.WaitAsync(cancellationToken);

    /// <summary>Tells the program's terminal its size.</summary>
    /// <param name="columns">How wide it is.</param>
    /// <param name="rows">How high it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        var size = string.Create(CultureInfo.InvariantCulture, $$"""{"Width":{{columns}},"Height":{{rows}}}""");
        return _socket.SendAsync(ChannelProtocol.Resize, Encoding.ASCII.GetBytes(size), cancellationToken);
    }

    /// <summary>Cuts the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or OperationCanceledException)
        {
            // Whoever wanted to know has waited for it.
            _ = e;
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    private async ValueTask EndInputAsync()
    {
        if (!CanEndInput || _running.IsCompleted) return;
        try
        {
            await _socket.SendAsync(ChannelProtocol.Close, new[] { ChannelProtocol.StandardInput }, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program has ended before its input.
            _ = e;
        }
    }

    private async Task<int> RunAsync()
    {
        await Task.Yield();
        Exception? failure = null;
        try
        {
            await _socket.ReceiveAsync(ReceivedAsync, _stop.Token).ConfigureAwait(false);
            await _socket.CloseAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (_stop.IsCancellationRequested)
        {
            failure = e;
        }
        catch (Exception e)
        {
            // Whatever it is, those who read are told: a write that is cancelled, for one, aborts the socket under a reader, who is told of a cancellation.
            failure = new KubernetesConnectionException(KubernetesConnectionError.Broken, $"{_call}: the connection broke: {e.Message}", e);
        }

        // What has come counts, even when the connection broke right after it.
        var ended = _status.WrittenCount > 0;
        if (!ended && failure is null) failure = new KubernetesConnectionException(KubernetesConnectionError.Broken, $"{_call}: the server closed the connection without saying how the program ended");
        _output?.Complete(ended ? null : failure);
        _error?.Complete(ended ? null : failure);
        return ended ? ExitCodeOf(_status.WrittenSpan) : throw failure!;
    }

    private ValueTask ReceivedAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        switch (channel)
        {
            case ChannelProtocol.StandardOutput when _output is not null:
                return _output.WriteAsync(data, cancellationToken);
            case ChannelProtocol.StandardError when _error is not null:
                return _error.WriteAsync(data, cancellationToken);
            case ChannelProtocol.Error when _status.WrittenCount + data.Length <= MaximumStatusBytes:
                _status.Write(data.Span);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private int ExitCodeOf(ReadOnlySpan<byte> json)
    {
        var status = StatusReader.TryParseAny(json) ?? throw new KubernetesConnectionException(KubernetesConnectionError.Protocol, $"{_call}: the server's last word is not a Status");
        if (status.StatusValue == "Success") return 0;
        return status.Reason == "NonZeroExitCode" && ExitCause(status) is { } code ? code : throw new KubernetesException(status);
    }

    private static int? ExitCause(Status status) =>
        int.TryParse(status.Details?.Causes?.Find(c => c.Reason == "ExitCode")?.Message, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;
}
