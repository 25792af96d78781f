using System.Runtime.CompilerServices;
using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>
/// Lists, then watches, then begins again where it must: the rules of client-go's reflector with the events of kube-rs. Where the server can, the
/// list is the beginning of the watch. An iterator may not yield inside a try with a catch, so each step returns null when it has failed and has
/// already waited.
/// </summary>
internal sealed class Reflector<T>(ApiInvoker api, WatchSource<T> source, WatchOptions options)
    where T : class
{
    private readonly ReflectorFailures _failures = new(api.Time, source.Scope, options.Validated());
    private readonly ListPager<T> _pager = new(api, source, options);
    private readonly Dictionary<ObjectKey, T> _deletedEarly = [];
    private string? _version;
    private int _unended;

    public ReflectorStatus Status => _failures.Status;

    public async IAsyncEnumerable<WatchEvent<T>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var initial = _version is null && MayStream;
            if (_version is null && !initial)
            {
                var begun = false;
                ResourcePage<T>? page;
                var pages = _pager.Begin(cancellationToken);
                await using (pages.ConfigureAwait(false))
                {
                    while ((page = await ListAsync(pages, cancellationToken).ConfigureAwait(false)) is not null)
                    {
                        if (!begun) yield return new WatchEvent<T>(WatchEventType.Init, null);
                        begun = true;
                        foreach (var item in page.Items) yield return new WatchEvent<T>(WatchEventType.InitApply, item);
                        if (page.Continue is null) break;
                    }
                }

                if (page is null) continue;
                Listed(page.ResourceVersion);
                yield return new WatchEvent<T>(WatchEventType.InitDone, null);
            }

            var watch = await OpenAsync(initial, cancellationToken).ConfigureAwait(false);
            if (watch is null) continue;
            try
            {
                await using (watch.ConfigureAwait(false))
                {
                    if (initial) yield return new WatchEvent<T>(WatchEventType.Init, null);
                    while (await ReadAsync(watch, initial, cancellationToken).ConfigureAwait(false) is { } frame)
                    {
                        if (frame.Kind == FrameKind.InitialEventsEnd && initial)
                        {
                            initial = false;
                            yield return new WatchEvent<T>(WatchEventType.InitDone, null);
                            foreach (var deleted in _deletedEarly.Values) yield return new WatchEvent<T>(WatchEventType.Delete, deleted);
                            _deletedEarly.Clear();
                        }
                        else if (frame.Kind == FrameKind.Apply)
                        {
                            if (initial && _deletedEarly.Count > 0) _deletedEarly.Remove(source.Codec.Key(frame.Object!));
                            yield return new WatchEvent<T>(initial ? WatchEventType.InitApply : WatchEventType.Apply, frame.Object);
                        }
                        else if (frame.Kind == FrameKind.Delete)
                        {
                            // Told after the list, of which the object may already have been a part.
                            if (initial) _deletedEarly[source.Codec.Key(frame.Object!)] = frame.Object!;
                            else yield return new WatchEvent<T>(WatchEventType.Delete, frame.Object);
                        }
                    }
                }
            }
            finally
            {
                Status.Closed();
            }
        }
    }

    private bool MayStream => options.StreamingList && !_failures.ListOnce && api.Streaming.MayStream(source.Scope.Kind);

    private void Listed(string? version)
    {
        _version = version ?? "";
        Status.Reached(version);
        _failures.Listed();
    }

    private async Task<ResourcePage<T>?> ListAsync(PageSequence<T> pages, CancellationToken cancellationToken)
    {
        try
        {
            var page = await pages.NextAsync().ConfigureAwait(false);
            Status.Heard(api.Time.GetUtcNow());
            return page;
        }
        catch (KubernetesException e) when (e.IsGone && pages.HasBegun)
        {
            // The version of the pages has expired in the middle: one full list instead.
            _pager.ReadWhole();
            _failures.Tell(e);
            return null;
        }
        catch (Exception e) when (_failures.IsUnreadable(e) is { } problem)
        {
            await _failures.WaitAsync(problem, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (ReflectorFailures.IsExpected(e, cancellationToken))
        {
            await _failures.WaitAsync(e, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<WatchConnection<T>?> OpenAsync(bool initial, CancellationToken cancellationToken)
    {
        var seconds = Timeout();
        var query = source.Scope.Select(new QueryBuilder()).Add("watch", true).Add("allowWatchBookmarks", true);
        if (initial) query.Add("sendInitialEvents", true).Add("resourceVersionMatch", "NotOlderThan");
        else query.Add("resourceVersion", _version);
        var call = source.Scope.CollectionCall(HttpMethod.Get, query.Add("timeoutSeconds", (long)seconds.TotalSeconds), watch: true);
        try
        {
            var answer = initial && options.InitialSilence < api.Options.RequestTimeout ? options.InitialSilence : api.Options.RequestTimeout;
            var watch = await WatchConnection<T>.OpenAsync(api, call, source.Codec, options.MaximumLineBytes, answer, seconds + options.IdleLimit, cancellationToken).ConfigureAwait(false);
            Status.Heard(api.Time.GetUtcNow());
            Status.Opened();
            _deletedEarly.Clear();
            if (initial) watch.AllowSilence(options.InitialSilence);
            return watch;
        }
        catch (KubernetesException e) when (initial && (e.Code is 400 or 405 or 406 or 422))
        {
            // It does not stream lists; if it is the rest of the request that makes no sense, the list will say so.
            api.Streaming.Refused(source.Scope.Kind);
            return null;
        }
        catch (KubernetesException e)
        {
            await RefusedAsync(e, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (ReflectorFailures.IsExpected(e, cancellationToken))
        {
            // Whether it would answer at all, a list will say.
            if (initial && e is KubernetesConnectionException { Error: KubernetesConnectionError.TimedOut }) _failures.ListNext();
            await _failures.WaitAsync(e, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The next frame, with what it means for the version already done; null when the watch is over.</summary>
    private async ValueTask<WatchFrame<T>?> ReadAsync(WatchConnection<T> watch, bool initial, CancellationToken cancellationToken)
    {
        try
        {
            if (await watch.ReadAsync().ConfigureAwait(false) is not { } frame)
            {
                await EndedAsync(watch, initial, null, cancellationToken).ConfigureAwait(false);
                return null;
            }

            Status.Heard(api.Time.GetUtcNow());
            if (frame.Error is { } status)
            {
                await RefusedAsync(new KubernetesException(status), cancellationToken).ConfigureAwait(false);
                return null;
            }

            Reached(frame, initial, watch);
            return frame;
        }
        catch (Exception e) when (_failures.IsUnreadable(e) is { } problem)
        {
            if (_failures.GiveUpVersion(e)) _version = null;
            await _failures.WaitAsync(problem, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (ReflectorFailures.IsExpected(e, cancellationToken))
        {
            await EndedAsync(watch, initial, e, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The version moves with what has been seen, never back, and not past the initial events of a streaming list: they come in no order.</summary>
    private void Reached(in WatchFrame<T> frame, bool initial, WatchConnection<T> watch)
    {
        if (initial && frame.Kind == FrameKind.InitialEventsEnd)
        {
            watch.AllowSilence(null);
            _unended = 0;
            Listed(frame.Version);
            return;
        }

        if (initial)
        {
            watch.AllowSilence(options.InitialSilence);
            return;
        }

        _failures.Progressed();
        var version = frame.Object is { } value ? source.Codec.ResourceVersion(value) : frame.Version;
        if (string.IsNullOrEmpty(version) || ResourceVersions.IsOlder(version, _version)) return;
        _version = version;
        Status.Reached(version);
    }

    private async Task EndedAsync(WatchConnection<T> watch, bool initial, Exception? exception, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (initial && (exception is null || watch.Overdue))
        {
            // It answered as if it streamed lists, and did not say where the list ends: a server that stops, or, when it is so again, an old one that does not know the parameter.
            var again = ++_unended > 1;
            if (again) api.Streaming.Refused(source.Scope.Kind);
            else _failures.ListNext();
            _failures.Tell(_failures.Problem(KubernetesConnectionError.Protocol, $"the server did not end the list that it streamed; it is asked for {(again ? "lists from now on" : "a list")}"));
        }
        else if (initial) await _failures.WaitAsync(exception!, cancellationToken).ConfigureAwait(false);
        else if (_failures.IsTooShort(watch.Age, watch.Frames, out var manyEmpty))
        {
            if (manyEmpty) _version = null;
            exception ??= _failures.Problem(KubernetesConnectionError.Protocol, watch.Frames == 0 ? "the watch ended within a second without an event" : "watches end within a second, again and again");
            await _failures.WaitAsync(exception, cancellationToken).ConfigureAwait(false);
        }
        else if (watch.Overdue) _failures.Tell(_failures.Problem(KubernetesConnectionError.TimedOut, "the server kept the watch open past its end"));
        else if (exception is not null) _failures.Tell(exception);
    }

    /// <summary>The server has said no to a watch, as an answer or as an event.</summary>
    private Task RefusedAsync(KubernetesException refusal, CancellationToken cancellationToken)
    {
        if (refusal.IsGone || refusal.IsResourceVersionTooLarge)
        {
            _version = null;
            return _failures.RelistAsync(refusal, cancellationToken);
        }

        if (_failures.GiveUpVersion(refusal)) _version = null;
        return _failures.WaitAsync(refusal, cancellationToken);
    }

#pragma warning disable CA5394 // Spreading watches is not a matter of security.
    private TimeSpan Timeout()
    {
        var least = (int)Math.Max(1, options.MinimumTimeout.TotalSeconds);
        return TimeSpan.FromSeconds(Random.Shared.Next(least, Math.Max(least, (int)options.MaximumTimeout.TotalSeconds) + 1));
    }
#pragma warning restore CA5394
}
