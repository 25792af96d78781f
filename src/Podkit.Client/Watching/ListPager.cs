using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>Reads a list page by page, or whole when a page has expired.</summary>
internal sealed class ListPager<T>(ApiInvoker api, WatchSource<T> source, WatchOptions options)
    where T : class
{
    private string? _next;
    private bool _whole;

    /// <summary>Whether a page has been read.</summary>
    public bool HasBegun => _next is not null;

    public void Restart() => _next = null;

    /// <summary>The next list comes in one piece.</summary>
    public void ReadWhole() => _whole = true;

    public async Task<ResourcePage<T>> NextAsync(CancellationToken cancellationToken)
    {
        var query = source.Scope.Select(new QueryBuilder());
        if (!_whole && options.PageSize > 0) query.Add("limit", options.PageSize);
        var call = source.Scope.CollectionCall(HttpMethod.Get, query.Add("continue", _next));
        var page = await api.CallAsync(call, json => ListReader.Read(json, source.Codec), cancellationToken).ConfigureAwait(false);
        _next = page.Continue;
        if (_next is null) _whole = false;
        return page;
    }
}
