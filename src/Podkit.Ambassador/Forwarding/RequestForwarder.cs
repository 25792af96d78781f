using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Podkit.Ambassador.Paths;
using Podkit.Client;

namespace Podkit.Ambassador.Forwarding;

/// <summary>Sends a request to the API server and its answer back, byte for byte as they come.</summary>
internal sealed partial class RequestForwarder(KubernetesClient client, AmbassadorOptions options, ILogger logger, CancellationToken stopping) : IDisposable
{
    /// <summary>Bodies up to this size are kept until the answer has come, so that they can be sent again with a new token.</summary>
    private const int ReplayableBytes = 64 * 1024;

    private readonly HttpMessageInvoker _http = new(client.CreateHandler(), disposeHandler: true);
    private readonly UpstreamAddress _address = new(client.Configuration.Server, options.AppendServerPath);

    public void Dispose() => _http.Dispose();

    public async Task ForwardAsync(ProxyExchange exchange, RequestTarget target)
    {
        var aborted = exchange.Aborted;
        HttpResponseMessage response;
        try
        {
            using var request = await RequestAsync(exchange, target, aborted).ConfigureAwait(false);
            response = await _http.SendAsync(request, aborted).ConfigureAwait(false);
        }
        catch (Exception e) when (UpstreamFailure.Of(e, client.Configuration, aborted) is { } refusal)
        {
            LogUpstream(refusal.Message);
            await refusal.WriteAsync(exchange.Features).ConfigureAwait(false);
            return;
        }

        using (response)
        {
            CopyHead(response, exchange.Response);
            if (exchange.Request.Method == "HEAD" || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified) return;
            var ends = WatchDetection.IsEndless(target) ? stopping : CancellationToken.None;
            await ResponseBody.CopyAsync(response, exchange, ends, aborted).ConfigureAwait(false);
        }
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(ProxyExchange exchange, RequestTarget target, CancellationToken aborted)
    {
        var request = new HttpRequestMessage(new HttpMethod(exchange.Request.Method), _address.Of(target)) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (exchange.HasBody(out var length)) request.Content = await BodyAsync(exchange, length, aborted).ConfigureAwait(false);

        foreach (var (name, values) in exchange.Headers)
        {
            if (!HeaderRules.PassesToServer(name, options)) continue;
            if (values.Count == 1) Add(request, name, values.ToString());
            else foreach (var value in values) Add(request, name, value);
        }

        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    private static async ValueTask<HttpContent> BodyAsync(ProxyExchange exchange, long? length, CancellationToken aborted)
    {
        var reader = exchange.Features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        if (length is null or > ReplayableBytes) return new PipeBodyContent(reader, length);
        var bytes = new byte[length.Value];
        for (var read = 0; read < bytes.Length;)
        {
            var result = await reader.ReadAsync(aborted).ConfigureAwait(false);
            foreach (var segment in result.Buffer)
            {
                segment.Span.CopyTo(bytes.AsSpan(read));
                read += segment.Length;
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted && read < bytes.Length) throw new IOException("the request's body ended early");
        }

        return new ByteArrayContent(bytes);
    }

    private static void CopyHead(HttpResponseMessage from, IHttpResponseFeature to)
    {
        to.StatusCode = (int)from.StatusCode;
        to.ReasonPhrase = from.ReasonPhrase;
        foreach (var (name, values) in from.Headers.NonValidated) Copy(name, values);
        foreach (var (name, values) in from.Content.Headers.NonValidated) Copy(name, values);

        void Copy(string name, System.Net.Http.Headers.HeaderStringValues values)
        {
            if (HeaderRules.IsHopByHop(name)) return;
            to.Headers[name] = values.Count == 1 ? values.ToString() : (string[])[.. values];
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "{Problem}")]
    private partial void LogUpstream(string problem);
}
