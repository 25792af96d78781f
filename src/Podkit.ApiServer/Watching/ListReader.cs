using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Watching;

/// <summary>Answers list queries from snapshots.</summary>
internal static class ListReader
{
    /// <summary>A page of a list.</summary>
    /// <param name="Items">Its objects.</param>
    /// <param name="Revision">The version of the snapshot.</param>
    /// <param name="Continue">The token of the next page; empty when this is the last.</param>
    /// <param name="Remaining">How many objects follow; null when that would cost a count.</param>
    internal sealed record Page(IReadOnlyList<StoredObject> Items, long Revision, string Continue, long? Remaining);

    public static Page Read(IObjectStore store, ResourceStrategy strategy, string ns, ListOptions options)
    {
        var filter = ObjectFilter.Of(strategy, options);
        var token = options.Continue.Length > 0 ? ContinueToken.Parse(options.Continue) : null;
        var snapshot = SnapshotFor(store, strategy, ns, options, token);
        var items = new List<StoredObject>();
        var rest = snapshot.Objects(ns);
        if (token is not null) rest = rest.SkipWhile(o => string.CompareOrdinal(ContinueToken.KeyOf(o, ns), token.Start) < 0);
        var limited = options.Limit > 0 && !(options.ResourceVersion == 0 && options.ResourceVersionMatch.Length == 0 && token is null);
        var passed = 0;
        foreach (var candidate in rest)
        {
            if (limited && items.Count == options.Limit) return Limited(snapshot, ns, filter, items, items[^1], options, token, passed);
            passed++;
            if (filter.Matches(candidate)) items.Add(candidate);
        }

        return new Page(items, snapshot.Revision, "", null);
    }

    private static Page Limited(Snapshot snapshot, string ns, ObjectFilter filter, List<StoredObject> items, StoredObject last, ListOptions options, ContinueToken? token, int passed)
    {
        var next = new ContinueToken(snapshot.Revision, ContinueToken.KeyOf(last, ns) + "\0");
        // kube-apiserver 1.34 counts from the page's last object, which it includes.
        long? remaining = filter.IsEverything && token is null ? snapshot.Count(ns) - passed + 1
            : filter.IsEverything ? snapshot.Objects(ns).Count(o => string.CompareOrdinal(ContinueToken.KeyOf(o, ns), next.Start) >= 0) + 1
            : null;
        return new Page(items, snapshot.Revision, next.ToString(), remaining);
    }

    private static Snapshot SnapshotFor(IObjectStore store, ResourceStrategy strategy, string ns, ListOptions options, ContinueToken? token)
    {
        if (token is not null) return ForToken(store, strategy, ns, options, token);
        if (options.ResourceVersion is not { } wanted || wanted == 0) return store.Current(strategy.Kind);
        var current = store.Current(strategy.Kind);
        if (wanted > current.Revision) throw ApiException.ResourceVersionTooLarge(wanted, current.Revision);
        var exact = options.ResourceVersionMatch == "Exact" || (options.ResourceVersionMatch.Length == 0 && options.Limit > 0);
        return exact ? store.At(strategy.Kind, wanted) ?? throw ApiException.Expired("The resourceVersion for the provided list is too old.") : current;
    }

    private static Snapshot ForToken(IObjectStore store, ResourceStrategy strategy, string ns, ListOptions options, ContinueToken token)
    {
        if (options.ResourceVersion is > 0) throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
        if (token.Revision < 0) return store.Current(strategy.Kind);
        if (store.At(strategy.Kind, token.Revision) is { } snapshot) return snapshot;
        var expired = ApiException.Expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.");
        expired.Status.Metadata.Continue = new ContinueToken(-1, token.Start).ToString();
        throw expired;
    }

    /// <summary>The list as JSON: stored bytes, one after the other.</summary>
    public static ReadOnlyMemory<byte> ToJson(ResourceStrategy strategy, Page page)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString(CultureInfo.InvariantCulture) };
        if (page.Continue.Length > 0) metadata["continue"] = page.Continue;
        if (page.Remaining is > 0) metadata["remainingItemCount"] = page.Remaining;
        var head = new JsonObject { ["kind"] = strategy.Kind.Kind + "List", ["apiVersion"] = strategy.Kind.ApiVersion, ["metadata"] = metadata };
        var start = JsonText.ToBytes(head);
        var buffer = new ArrayBufferWriter<byte>(start.Length + 16 + page.Items.Sum(i => i.Json.Length));
        buffer.Write(start.AsSpan(0, start.Length - 1));
        buffer.Write(",\"items\":["u8);
        for (var i = 0; i < page.Items.Count; i++)
        {
            buffer.Write(i == 0 ? "{"u8 : ",{"u8);
            buffer.Write(page.Items[i].ItemTail.Span);
        }

        buffer.Write("]}"u8);
        return buffer.WrittenMemory;
    }
}
