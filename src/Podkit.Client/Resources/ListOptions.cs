namespace Podkit.Client;

/// <summary>How a list is read.</summary>
public sealed record ListOptions
{
    /// <summary>How many objects a page has; 0 for one page with everything. Default: 500, as client-go's pager. A list at version <c>0</c> is never paged: the server does not page it.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The version to read at: null for the newest, <c>0</c> for any that the server has at hand, a version together with <see cref="ResourceVersionMatch"/>.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Exact</c> or <c>NotOlderThan</c>; needed when <see cref="ResourceVersion"/> is neither null nor <c>0</c> and the list comes in pages.</summary>
    public string? ResourceVersionMatch { get; init; }
}
