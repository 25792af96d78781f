using System.Threading.Channels;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Watching;

/// <summary>Streams the changes of a collection.</summary>
internal static class WatchHandler
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(60);

    public static async Task HandleAsync(ApiRequest request)
    {
        var options = ListOptions.Read(request, watch: true);
        var filter = ObjectFilter.Of(request.Strategy, options);
        var (initial, subscription, expired) = Begin(request, options);
        using var disposal = subscription;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, request.Services.Stopping);
        var output = await WatchOutput.BeginAsync(request, stop.Token).ConfigureAwait(false);
        if (expired is not null)
        {
            await output.ErrorAsync(expired).ConfigureAwait(false);
            return;
        }

        if (initial is not null)
        {
            foreach (var item in initial.Objects(request.Namespace).Where(filter.Matches)) output.Write("ADDED"u8, item);
            if (options.SendInitialEvents == true && options.AllowWatchBookmarks) output.Bookmark(initial.Revision, initialEventsEnd: true);
        }

        if (!await output.FlushAsync().ConfigureAwait(false)) return;
        using var timeout = Timeout(request, options, stop);
        try
        {
            await PumpAsync(request, options, filter, subscription!, output, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The time is up, the client has gone or the server stops: the stream ends cleanly.
        }
    }

    private static ITimer? Timeout(ApiRequest request, ListOptions options, CancellationTokenSource stop) => options.Timeout is { } time
        ? request.Services.Time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), stop, time, System.Threading.Timeout.InfiniteTimeSpan)
        : null;

    /// <summary>Where the stream begins: with the newest state, or after a version.</summary>
    private static (Snapshot? Initial, Subscription? Subscription, ApiException? Expired) Begin(ApiRequest request, ListOptions options)
    {
        var store = request.Services.Store;
        var version = options.ResourceVersion ?? 0;
        if (version > store.Revision)
            throw ApiException.ResourceVersionTooLarge(version, store.Revision);
        if (version == 0 || options.SendInitialEvents == true)
        {
            var (snapshot, current) = store.SubscribeToCurrent(request.Kind);
            return (options.SendInitialEvents == false ? null : snapshot, current, null);
        }

        if (store.Subscribe(request.Kind, version) is { } subscription) return (null, subscription, null);
        return (null, null, ApiException.Expired($"too old resource version: {version} ({store.OldestRevision})"));
    }

    private static async Task PumpAsync(ApiRequest request, ListOptions options, ObjectFilter filter, Subscription subscription, WatchOutput output, CancellationToken cancellationToken)
    {
        var events = subscription.Events;
        using var bookmarks = options.AllowWatchBookmarks ? new PeriodicTimer(BookmarkInterval, request.Services.Time) : null;
        var due = bookmarks?.WaitForNextTickAsync(cancellationToken).AsTask();
        var ready = events.WaitToReadAsync(cancellationToken).AsTask();
        var seen = subscription.Revision;
        while (true)
        {
            if (due is null) await ready.ConfigureAwait(false);
            else await Task.WhenAny(ready, due).ConfigureAwait(false);
            if (ready.IsCompleted)
            {
                if (!await ready.ConfigureAwait(false)) return;
                seen = Drain(events, request.Namespace, filter, output, seen);
                ready = events.WaitToReadAsync(cancellationToken).AsTask();
            }
            else
            {
                await due!.ConfigureAwait(false);
                output.Bookmark(Math.Max(seen, subscription.Revision), initialEventsEnd: false);
                due = bookmarks!.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            if (!await output.FlushAsync().ConfigureAwait(false)) return;
        }
    }

    private static long Drain(ChannelReader<StoreEvent> events, string ns, ObjectFilter filter, WatchOutput output, long seen)
    {
        for (var i = 0; i < 256 && events.TryRead(out var written); i++)
        {
            seen = written.Revision;
            if (ns.Length > 0 && written.Object.Namespace != ns) continue;
            Write(written, filter, output);
        }

        return seen;
    }

    /// <summary>An object that enters the selector is added, one that leaves it is deleted, in the state that it had inside, with the version of the write.</summary>
    private static void Write(StoreEvent written, ObjectFilter filter, WatchOutput output)
    {
        var before = written.Previous is { } previous && filter.Matches(previous);
        var after = !written.Deleted && filter.Matches(written.Object);
        switch (before, after)
        {
            case (true, true):
                output.Write("MODIFIED"u8, written.Object);
                break;
            case (false, true):
                output.Write("ADDED"u8, written.Object);
                break;
            case (true, false):
                output.Write("DELETED"u8, written.Deleted ? written.Object : AtVersion(written.Previous!, written.Revision));
                break;
        }
    }

    private static StoredObject AtVersion(StoredObject item, long revision) => StoredDocument.Of(item.Kind, item.ToJson()).At(revision);
}
