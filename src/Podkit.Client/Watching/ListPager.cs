using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>Reads a list page by page, or whole when a page has expired.</summary>
internal sealed class ListPager<T>(ApiInvoker api, WatchSource<T> source, WatchOptions options)
    where T : class
{
    private volatile bool _whole;

    /// <summary>The pages of a new list.</summary>
    public PageSequence<T> Begin(CancellationToken cancellationToken) => new(ReadAsync, cancellationToken);

    /// <summary>The next list comes in one piece.</summary>
    public void ReadWhole() => _whole = true;

    private async Task<ResourcePage<T>> ReadAsync(string? next, Action<string> found, CancellationToken cancellationToken)
    {
        var query = source.Scope.Select(new QueryBuilder());
        if (!_whole && options.PageSize > 0) query.Add("limit", options.PageSize);
        var call = source.Scope.CollectionCall(HttpMethod.Get, query.Add("continue", next));
        var page = await api.CallAsync(call, json => Read(json, found), cancellationToken).ConfigureAwait(false);
        if (page.Continue is null) _whole = false;
        return page;
    }

    private ResourcePage<T> Read(ReadOnlySpan<byte> json, Action<string> found)
    {
        try
        {
            return ListReader.Read(json, source.Codec, found);
        }
        catch (Exception e) when (UnreadableObjectException.IsStray(e))
        {
            throw new UnreadableObjectException(e);
        }
    }
}
