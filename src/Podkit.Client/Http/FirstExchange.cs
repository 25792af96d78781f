using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime;

namespace Podkit.Client.Http;

/// <summary>
/// Code is compiled when it first runs, some of HTTP/2's also in a program that is published compiled: 10 ms of a process's first call. While that waits for
/// the authorities of the system, one exchange with a server in memory spends them on another processor. No socket is opened, no trace is left but in .NET's
/// experimental source of connections, and what .NET's own meters would measure goes to one that nobody knows.
/// </summary>
internal static class FirstExchange
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static int s_begun;

    /// <summary>Begins it, once in a process; not where it would take the call's own processor, or where nothing is compiled.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1 && JitInfo.GetCompiledMethodCount() > 0 && Interlocked.Exchange(ref s_begun, 1) == 0) _ = Detached.Run(TryAsync);
    }

    /// <summary>The exchange; its body.</summary>
    internal static async Task<string> RunAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var meters = new UnseenMeters();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => new ValueTask<Stream>(new FirstExchangeStream()),
            ActivityHeadersPropagator = null,
            MeterFactory = meters,
            UseProxy = false,
            UseCookies = false,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://first-exchange/api/v1/pods") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var response = await invoker.SendAsync(request, limit.Token).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
    }

    private static async Task TryAsync()
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nobody's call: without it the first one takes its 10 ms.
            _ = e;
        }
    }

    /// <summary>The framework's own meters have listeners, for whom this is no request.</summary>
    private sealed class UnseenMeters : IMeterFactory
    {
        private readonly Meter _meter = new("podkit.client.first_exchange");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
