using System.Text;
using Podkit.Client.Http;
using Podkit.Client.Resources;
using Podkit.Client.Streaming;
using Podkit.Model.Core.V1;

namespace Podkit.Client;

/// <summary>Programs and ports of pods, over WebSockets (<c>v5.channel.k8s.io</c>, with <c>v4.channel.k8s.io</c> for servers before 1.29).</summary>
public static class PodStreamExtensions
{
    private const int MaximumOutputBytes = 16 << 20;
    private static readonly string[] Protocols = [ChannelProtocol.V5, ChannelProtocol.V4];

    /// <summary>Runs a program in a container. Needs the permission <c>create</c> (or <c>get</c>) on <c>pods/exec</c>.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="options">The program, the container, the streams.</param>
    /// <param name="cancellationToken">Stops waiting for the beginning.</param>
    public static Task<ContainerSession> ExecAsync(this ResourceClient<Pod> pods, string name, PodExecOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Command.Count == 0) throw new ArgumentException("exec needs a command", nameof(options));
        return OpenAsync(pods, name, "exec", options, cancellationToken);
    }

    /// <summary>Runs a program in a container, gives it its input, and waits for its end.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="container">The container; null for the pod's default.</param>
    /// <param name="input">What the program reads, if it reads anything.</param>
    /// <param name="cancellationToken">Cuts the connection.</param>
    /// <returns>The exit code and the outputs, at most 16 MiB each.</returns>
    public static async Task<ExecResult> ExecAsync(
        this ResourceClient<Pod> pods, string name, IReadOnlyList<string> command, string? container = null, Stream? input = null, CancellationToken cancellationToken = default)
    {
        var session = await ExecAsync(pods, name, new PodExecOptions { Command = command, Container = container, StandardInput = input is not null }, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (input is not null && !session.CanEndInput) throw new NotSupportedException($"the server speaks {session.Protocol} only, which cannot tell the end of the input: use Kubernetes 1.29 or later, or run a program that ends by itself");
            var output = ReadAsync(session.StandardOutput, cancellationToken);
            var error = ReadAsync(session.StandardError, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var fed = FeedAsync(session, input, ended.Token);
            int code;
            try
            {
                code = await session.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await ended.CancelAsync().ConfigureAwait(false);
                await fed.ConfigureAwait(false);
            }

            return new ExecResult(code, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
    }

    /// <summary>Joins the program that a container runs already. Needs the permission <c>create</c> (or <c>get</c>) on <c>pods/attach</c>.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="options">The container, the streams; no command.</param>
    /// <param name="cancellationToken">Stops waiting for the beginning.</param>
    public static Task<ContainerSession> AttachAsync(this ResourceClient<Pod> pods, string name, PodExecOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PodExecOptions();
        if (options.Command.Count > 0) throw new ArgumentException("attach takes no command: it joins the container's own program", nameof(options));
        return OpenAsync(pods, name, "attach", options, cancellationToken);
    }

    /// <summary>Opens one connection to a port of a pod; the server's kubelet connects to it inside of the pod. Needs the permission <c>create</c> (or <c>get</c>) on <c>pods/portforward</c>.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Stops waiting for the beginning.</param>
    /// <returns>The connection. Reading throws an <see cref="IOException"/> with the kubelet's words when the port cannot be connected to.</returns>
    public static async Task<Stream> ConnectToPortAsync(this ResourceClient<Pod> pods, string name, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        var call = pods.Call(HttpMethod.Get, pods.Scope.ObjectPath(name, null, "portforward") + new QueryBuilder().Add("ports", port)) with { Accept = "*/*", Upgrade = [ChannelProtocol.V4] };
        var socket = await pods.Client.Api.UpgradeAsync(call, cancellationToken).ConfigureAwait(false);
        return new PortConnection(new ChannelSocket(socket), $"{ApiInvoker.Describe(call)}, port {port}");
    }

    /// <summary>Listens on this machine, and forwards each connection to a port of a pod. The caller disposes it.</summary>
    /// <param name="pods">The pods of a namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="port">The pod's port.</param>
    /// <param name="localPort">The port to listen at, on the loopback addresses only; 0 for any that is free.</param>
    public static PortForwarder ForwardPort(this ResourceClient<Pod> pods, string name, int port, int localPort = 0)
    {
        ArgumentNullException.ThrowIfNull(pods);
        _ = pods.Scope.ObjectPath(name);
        return new PortForwarder(cancellationToken => pods.ConnectToPortAsync(name, port, cancellationToken), localPort, pods.Client.Options.TimeProvider);
    }

    private static async Task<ContainerSession> OpenAsync(ResourceClient<Pod> pods, string name, string subresource, PodExecOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pods);
        if (options is { StandardInput: false, StandardOutput: false, StandardError: false }) throw new ArgumentException("at least one of the streams is needed", nameof(options));
        var query = new QueryBuilder().Add("command", options.Command).Add("container", options.Container).Add("stdin", options.StandardInput)
            .Add("stdout", options.StandardOutput).Add("stderr", options.StandardError && !options.Terminal).Add("tty", options.Terminal);
        var call = pods.Call(HttpMethod.Get, pods.Scope.ObjectPath(name, null, subresource) + query) with { Accept = "*/*", Upgrade = Protocols };
        var socket = await pods.Client.Api.UpgradeAsync(call, cancellationToken).ConfigureAwait(false);
        return new ContainerSession(new ChannelSocket(socket), options, ApiInvoker.Describe(call));
    }

    private static async Task FeedAsync(ContainerSession session, Stream? input, CancellationToken cancellationToken)
    {
        if (input is null || session.StandardInput is not { } standardInput) return;
        try
        {
            await input.CopyToAsync(standardInput, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program has ended before it had read everything, as `head` does: its exit code says what that means.
            return;
        }

        await standardInput.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (text.Length + read > MaximumOutputBytes) throw new InvalidOperationException($"the program wrote more than {MaximumOutputBytes} bytes: read its streams instead (ExecAsync with PodExecOptions)");
            text.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
