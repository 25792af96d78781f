using System.Text.Json;
using Microsoft.Extensions.Logging;
using Podkit.Client.Errors;
using Podkit.Client.Resources;
using Podkit.Client.Telemetry;

namespace Podkit.Client.Http;

/// <summary>Sends calls: retries what the server asks to retry, makes exceptions of refusals, bounds what it reads.</summary>
internal sealed class ApiInvoker : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly KubernetesClientConfiguration _configuration;
    private readonly string _basePath;
    private readonly RequestLimiter? _limiter;
    private readonly ILogger _log;

    public ApiInvoker(KubernetesClientConfiguration configuration, KubernetesClientOptions options, HttpMessageHandler handler)
    {
        _configuration = configuration;
        Options = options;
        _basePath = configuration.Server.AbsolutePath.TrimEnd('/');
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
        _limiter = options.RateLimit is { } limit ? new RequestLimiter(limit, options.TimeProvider) : null;
        _log = options.Logger;
    }

    public KubernetesClientOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>What is known of the server's streaming lists.</summary>
    public Watching.StreamingSupport Streaming { get; } = new();

    public void Dispose() => _http.Dispose();

    public Task<T> CallAsync<T>(ApiCall call, ObjectCodec<T> codec, CancellationToken cancellationToken)
        where T : class =>
        CallAsync(call, codec.Read, cancellationToken, codec.Prepare);

    /// <summary>Sends a call and reads its whole answer, within its timeout or <see cref="KubernetesClientOptions.RequestTimeout"/>.</summary>
    /// <param name="call">The call.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="meanwhile">What to do while the answer is on its way.</param>
    public async Task<T> CallAsync<T>(ApiCall call, BodyReader<T> read, CancellationToken cancellationToken, Action? meanwhile = null)
    {
        var limit = call.Timeout ?? Options.RequestTimeout;
        using var timeout = new CancellationTokenSource(limit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var sending = SendAsync(call, either.Token);
            await DoMeanwhileAsync(meanwhile, sending, either).ConfigureAwait(false);
            using var response = await sending.ConfigureAwait(false);
            using var body = await BodyBuffer.ReadAsync(response.Content, Options.MaximumResponseBytes, either.Token).ConfigureAwait(false);
            return read(body.Span);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesConnectionException(
                KubernetesConnectionError.TimedOut, $"the API server {_configuration.Server} did not answer {Describe(call)} within {limit.TotalSeconds:0.###} s", e);
        }
        catch (JsonException e)
        {
            throw new KubernetesConnectionException(
                KubernetesConnectionError.Protocol, $"the answer of {_configuration.Server} to {Describe(call)} cannot be read as the expected object: {Errors.SafeJsonError.Describe(e)}");
        }
        catch (Exception e) when (ConnectionFailure.IsConnectionFailure(e))
        {
            throw ConnectionFailure.From(e, _configuration, Describe(call));
        }
    }

    /// <summary>Sends a call; returns when the headers of a good answer are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var (broke, retries) = (false, 0);
        for (var attempt = 0; ; attempt++)
        {
            if (_limiter is not null && await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false) is { Ticks: > 0 } waited) ClientTelemetry.WaitedForLimit(waited);
            using var request = call.ToRequest(_configuration.Server, _basePath);
            request.Headers.TryAddWithoutValidation("User-Agent", Options.UserAgent);
            HttpResponseMessage response;
            try
            {
                response = await SendOnceAsync(request, call, attempt, cancellationToken).ConfigureAwait(false);
            }
            catch (KubernetesConnectionException e) when (!broke && MayReadAgain(call, e))
            {
                // Most likely a connection of before a restart of the server, or of something in between.
                broke = true;
                ClientTelemetry.Retried();
                ClientLog.ConnectionBroke(_log, call.Method.Method, PathOf(call), e.Message);
                continue;
            }

            PassWarnings(response);
            if (call.IsSuccess(response)) return response;

            using (response)
            {
                var refusal = await StatusReader.ReadAsync(response, call, Describe(call), Time, cancellationToken).ConfigureAwait(false);
                if (!ShouldRetry(call, refusal, retries++, out var wait)) throw refusal;
                ClientTelemetry.Retried();
                ClientLog.Retrying(_log, call.Method.Method, PathOf(call), refusal.Code, wait, attempt + 1);
                await Task.Delay(wait, Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask DoMeanwhileAsync(Action? meanwhile, Task<HttpResponseMessage> sending, CancellationTokenSource cancellation)
    {
        if (meanwhile is null) return;
        try
        {
            meanwhile();
        }
        catch
        {
            // Whoever asked for the answer cannot read it: nobody waits for it any more.
            await cancellation.CancelAsync().ConfigureAwait(false);
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (sending.IsCompletedSuccessfully) (await sending.ConfigureAwait(false)).Dispose();
            throw;
        }
    }

    public static string Describe(ApiCall call) => $"{call.Method} {PathOf(call)}";

    private static string PathOf(ApiCall call)
    {
        var query = call.PathAndQuery.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? call.PathAndQuery : call.PathAndQuery[..query];
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, ApiCall call, int attempt, CancellationToken cancellationToken)
    {
        var began = Time.GetTimestamp();
        var sent = ClientTelemetry.Begin(call, _configuration.Server, attempt);
        HttpResponseMessage? response = null;
        Exception? failure = null;
        try
        {
            response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (_log.IsEnabled(LogLevel.Debug)) ClientLog.Answered(_log, call.Method.Method, PathOf(call), (int)response.StatusCode, (long)Time.GetElapsedTime(began).TotalMilliseconds);
            return response;
        }
        catch (Exception e) when (ConnectionFailure.IsConnectionFailure(e))
        {
            var told = ConnectionFailure.From(e, _configuration, Describe(call));
            failure = told;
            if (_log.IsEnabled(LogLevel.Debug)) ClientLog.Failed(_log, call.Method.Method, PathOf(call), told.Message);
            throw told;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            ClientTelemetry.End(sent, response, failure);
        }
    }

    // What reads may come again, whatever became of it. Watches know better where to go on, and who has an upgraded connection has to see it break.
    private bool MayReadAgain(ApiCall call, KubernetesConnectionException e) =>
        ConnectionFailure.IsCut(e) && (call.Method == HttpMethod.Get || call.Method == HttpMethod.Head) && call is { NoRetry: false, LongRunning: false, Upgrade: null } && Options.MaximumRetries > 0;

    // 429 says that nothing has been done, so every verb may come again; 503 and 504 may come after the deed.
    private bool ShouldRetry(ApiCall call, KubernetesException refusal, int retries, out TimeSpan wait)
    {
        wait = refusal.RetryAfter ?? TimeSpan.Zero;
        if (call.NoRetry || retries >= Options.MaximumRetries || refusal.RetryAfter is null || wait > Options.MaximumRetryDelay) return false;
        return refusal.Code == 429 || (refusal.Code is 503 or 504 && call.IsIdempotent && !refusal.IsResourceVersionTooLarge);
    }

    private void PassWarnings(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Warning", out var values)) return;
        foreach (var value in values) Options.Warn(WarningText.Of(value));
    }
}
