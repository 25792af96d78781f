using System.Runtime.CompilerServices;
using System.Text.Json;
using Podkit.Client.Errors;
using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>
/// Lists, then watches, then begins again where it must: the rules of client-go's reflector with the events of kube-rs. An iterator may not
/// yield inside a try with a catch, so each step below returns null when it has failed and has already waited.
/// </summary>
internal sealed class Reflector<T>(ApiInvoker api, ResourceScope scope, ObjectCodec<T> codec, WatchOptions options)
    where T : class
{
    /// <summary>A watch that ends before this without having said anything was no watch.</summary>
    private static readonly TimeSpan VeryShort = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(api.Time);
    private string? _version;
    private bool _everListed;
    private bool _listUnpaged;
    private bool _relistedInVain;
    private int _refusals;

    public async IAsyncEnumerable<WatchEvent<T>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_version is null)
            {
                string? next = null;
                ResourcePage<T>? page;
                var first = true;
                do
                {
                    page = await ListAsync(next, cancellationToken).ConfigureAwait(false);
                    if (page is null) break;
                    if (first) yield return new WatchEvent<T>(WatchEventType.Init, null);
                    first = false;
                    foreach (var item in page.Items) yield return new WatchEvent<T>(WatchEventType.InitApply, item);
                    next = page.Continue;
                }
                while (next is not null);

                if (page is null) continue;
                _version = page.ResourceVersion ?? "";
                (_everListed, _listUnpaged) = (true, false);
                yield return new WatchEvent<T>(WatchEventType.InitDone, null);
            }

            var watch = await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (watch is null) continue;
            await using (watch.ConfigureAwait(false))
            {
                while (await ReadAsync(watch, cancellationToken).ConfigureAwait(false) is { } frame)
                {
                    if (frame.Kind == FrameKind.Apply) yield return new WatchEvent<T>(WatchEventType.Apply, frame.Object);
                    else if (frame.Kind == FrameKind.Delete) yield return new WatchEvent<T>(WatchEventType.Delete, frame.Object);
                }
            }
        }
    }

    private async Task<ResourcePage<T>?> ListAsync(string? next, CancellationToken cancellationToken)
    {
        try
        {
            var query = scope.Select(new QueryBuilder());
            if (!_listUnpaged && options.PageSize > 0) query.Add("limit", options.PageSize);
            return await api.CallAsync(scope.CollectionCall(HttpMethod.Get, query.Add("continue", next)), json => ListReader.Read(json, codec), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsGone && next is not null)
        {
            // The version of the pages has expired in the middle: one full list instead.
            _listUnpaged = true;
            options.OnError?.Invoke(e, TimeSpan.Zero);
            return null;
        }
        catch (Exception e) when (IsExpected(e, cancellationToken))
        {
            await FailAsync(e, atOnce: false, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<WatchConnection<T>?> OpenAsync(CancellationToken cancellationToken)
    {
        var seconds = Timeout();
        var query = scope.Select(new QueryBuilder())
            .Add("watch", true).Add("allowWatchBookmarks", true).Add("resourceVersion", _version).Add("timeoutSeconds", (long)seconds.TotalSeconds);
        try
        {
            return await WatchConnection<T>.OpenAsync(
                api, scope.CollectionCall(HttpMethod.Get, query, watch: true), codec, options.MaximumLineBytes, seconds + options.IdleLimit, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e)
        {
            await RefusedAsync(e, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (IsExpected(e, cancellationToken))
        {
            await FailAsync(e, atOnce: false, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The next frame, with what it means for the version already done; null when the watch is over.</summary>
    private async ValueTask<WatchFrame<T>?> ReadAsync(WatchConnection<T> watch, CancellationToken cancellationToken)
    {
        try
        {
            if (await watch.ReadAsync().ConfigureAwait(false) is not { } frame)
            {
                await EndedAsync(watch, null, cancellationToken).ConfigureAwait(false);
                return null;
            }

            if (frame.Error is { } status)
            {
                await RefusedAsync(new KubernetesException(status), cancellationToken).ConfigureAwait(false);
                return null;
            }

            (_relistedInVain, _refusals) = (false, 0);
            if (frame.Object is not null && codec.ResourceVersion(frame.Object) is { Length: > 0 } version) _version = version;
            return frame;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            var problem = e is JsonException json ? $"a line of the watch is {SafeJsonError.Describe(json)}" : e.Message;
            await FailAsync(new KubernetesConnectionException(KubernetesConnectionError.Protocol, $"{ApiInvoker.Describe(Call(new QueryBuilder()))}: {problem}"), atOnce: false, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (IsExpected(e, cancellationToken))
        {
            await EndedAsync(watch, e, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task EndedAsync(WatchConnection<T> watch, Exception? exception, CancellationToken cancellationToken)
    {
        if (watch.Frames == 0 && watch.Age < VeryShort)
        {
            exception ??= new KubernetesConnectionException(KubernetesConnectionError.Protocol, $"{ApiInvoker.Describe(Call(new QueryBuilder()))}: the watch ended within a second without an event");
            if (++_refusals > 1) _version = null;
            await FailAsync(exception, atOnce: false, cancellationToken).ConfigureAwait(false);
        }
        else if (watch.Overdue) options.OnError?.Invoke(new KubernetesConnectionException(KubernetesConnectionError.TimedOut, $"{ApiInvoker.Describe(Call(new QueryBuilder()))}: the server kept the watch open past its end"), TimeSpan.Zero);
        else if (exception is not null) options.OnError?.Invoke(exception, TimeSpan.Zero);
    }

    /// <summary>The server has said no to a watch, as an answer or as an event.</summary>
    private Task RefusedAsync(KubernetesException refusal, CancellationToken cancellationToken)
    {
        if (refusal.IsGone || refusal.IsResourceVersionTooLarge)
        {
            // At once, but only once: a server that refuses what it has just listed must not be hammered.
            var again = _relistedInVain;
            (_version, _relistedInVain) = (null, true);
            return FailAsync(refusal, atOnce: !again, cancellationToken);
        }

        // Throttled watches go on where they were; a server that refuses a version again and again is asked for a new one.
        if (!refusal.IsTooManyRequests && ++_refusals > 2) (_version, _refusals) = (null, 0);
        return FailAsync(refusal, atOnce: false, cancellationToken);
    }

    private async Task FailAsync(Exception exception, bool atOnce, CancellationToken cancellationToken)
    {
        if (IsFinal(exception)) throw exception;
        var wait = atOnce ? TimeSpan.Zero : _backoff.Next();
        if (exception is KubernetesException { RetryAfter: { } asked } && asked > wait && !atOnce) wait = asked < Backoff.Longest ? asked : Backoff.Longest;
        options.OnError?.Invoke(exception, wait);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, api.Time, cancellationToken).ConfigureAwait(false);
    }

    private bool IsFinal(Exception exception) => exception switch
    {
        KubernetesException { Code: 400 or 405 or 422 } => true,
        KubernetesConnectionException { Error: KubernetesConnectionError.Untrusted } => !_everListed,
        _ => false,
    };

    private static bool IsExpected(Exception exception, CancellationToken cancellationToken) =>
        exception is KubernetesException or KubernetesConnectionException or HttpRequestException or IOException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private ApiCall Call(QueryBuilder query) => scope.CollectionCall(HttpMethod.Get, query);

#pragma warning disable CA5394 // Spreading watches is not a matter of security.
    private TimeSpan Timeout()
    {
        var least = (int)Math.Max(1, options.MinimumTimeout.TotalSeconds);
        return TimeSpan.FromSeconds(Random.Shared.Next(least, Math.Max(least, (int)options.MaximumTimeout.TotalSeconds) + 1));
    }
#pragma warning restore CA5394
}
