using System.Collections.Concurrent;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>A kubelet whose commands are functions of the test.</summary>
internal sealed class FakeKubelet : IKubeletConnection
{
    /// <summary>What runs: the streams, the token that kills it.</summary>
    public Func<PodExecOptions, PodSessionStreams, CancellationToken, Task<int>> Run { get; set; } = (_, _, _) => Task.FromResult(0);

    public ConcurrentQueue<PodExecOptions> Asked { get; } = new();

    public Func<int, CancellationToken, Task<Stream>> Connect { get; set; } = (_, _) => throw new KubeletException(500, "connection refused");

    public Task<Stream> OpenLogAsync(PodReference pod, PodLogOptions options, CancellationToken cancellationToken) => throw new KubeletException(501, "no logs here");

    public Task<IPodSession> OpenSessionAsync(PodReference pod, PodExecOptions options, CancellationToken cancellationToken)
    {
        Asked.Enqueue(options);
        if (options.Container == "asleep") throw new KubeletException(500, "container not found (\"asleep\")");
        return Task.FromResult<IPodSession>(new Session(this, options));
    }

    public Task<Stream> OpenPortAsync(PodReference pod, int port, CancellationToken cancellationToken) => Connect(port, cancellationToken);

    private sealed class Session(FakeKubelet kubelet, PodExecOptions options) : IPodSession
    {
        public Task<int> RunAsync(PodSessionStreams streams, CancellationToken cancellationToken) => kubelet.Run(options, streams, cancellationToken);
    }
}
