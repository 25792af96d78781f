using System.Runtime.CompilerServices;
using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>
/// A list that has not been read yet: <c>await foreach</c> takes its objects page by page, <c>await</c> the whole list. Each does the reading anew.
/// When a page's version has expired in the middle (410), one full list follows, as client-go's pager does: <c>await foreach</c> gets of it what it has
/// not had yet, <c>await</c> the full list alone.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class ResourceListing<T> : IAsyncEnumerable<T>
    where T : class
{
    private readonly Func<ListPageOptions?, Action<string>?, CancellationToken, Task<ResourcePage<T>>> _read;
    private readonly Func<T, string> _key;
    private readonly ListOptions _options;
    private readonly CancellationToken _cancellationToken;

    internal ResourceListing(Func<ListPageOptions?, Action<string>?, CancellationToken, Task<ResourcePage<T>>> read, ObjectCodec<T> codec, ListOptions options, CancellationToken cancellationToken)
    {
        _read = read;
        _key = item => $"{codec.Namespace(item)}/{codec.Name(item)}";
        _options = options;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Lets <c>await</c> read the whole list.</summary>
    public TaskAwaiter<ResourceList<T>> GetAwaiter() => AsTask().GetAwaiter();

    /// <summary>Lets <c>await</c> read the whole list, and says where to go on.</summary>
    /// <param name="continueOnCapturedContext">Whether to go on in the caller's synchronization context.</param>
    public ConfiguredTaskAwaitable<ResourceList<T>> ConfigureAwait(bool continueOnCapturedContext) => AsTask().ConfigureAwait(continueOnCapturedContext);

    /// <summary>Begins to read the whole list now.</summary>
    public async Task<ResourceList<T>> AsTask()
    {
        for (var whole = false; ; whole = true)
        {
            var pages = new PageSequence<T>((next, found, token) => _read(next is null && whole ? null : OptionsOf(next), found, token), _cancellationToken);
            await using (pages.ConfigureAwait(false))
            {
                try
                {
                    var items = new List<T>();
                    while (true)
                    {
                        var page = await pages.NextAsync().ConfigureAwait(false);
                        if (page.Continue is null && items.Count == 0) return new ResourceList<T>(page.Items, page.ResourceVersion);
                        items.AddRange(page.Items);
                        if (page.Continue is null) return new ResourceList<T>(items, page.ResourceVersion);
                    }
                }
                catch (KubernetesException e) when (e.IsGone && pages.HasBegun)
                {
                    // The full list follows.
                }
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => EnumerateAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None);

    private async IAsyncEnumerable<T> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = _cancellationToken.CanBeCanceled && cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken) : null;
        var token = either?.Token ?? (_cancellationToken.CanBeCanceled ? _cancellationToken : cancellationToken);
        string? next = null;
        HashSet<string>? returned = null;
        do
        {
            var (page, restarted) = await NextAsync(next, token).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                if (restarted && returned?.Contains(_key(item)) == true) continue;
                if (page.Continue is not null || next is not null) (returned ??= []).Add(_key(item));
                yield return item;
            }

            next = page.Continue;
        }
        while (next is not null);
    }

    private async Task<(ResourcePage<T> Page, bool Restarted)> NextAsync(string? next, CancellationToken cancellationToken)
    {
        try
        {
            // One who takes objects one by one may stop: the next page is not asked for before its turn.
            return (await _read(OptionsOf(next), null, cancellationToken).ConfigureAwait(false), false);
        }
        catch (KubernetesException e) when (e.IsGone && next is not null)
        {
            return (await _read(null, null, cancellationToken).ConfigureAwait(false), true);
        }
    }

    // A continue token carries the version itself: the server refuses both.
    private ListPageOptions OptionsOf(string? next) => next is null
        ? new ListPageOptions { Limit = _options.PageSize > 0 && _options.ResourceVersion != "0" ? _options.PageSize : null, ResourceVersion = _options.ResourceVersion, ResourceVersionMatch = _options.ResourceVersionMatch }
        : new ListPageOptions { Limit = _options.PageSize, Continue = next };
}
