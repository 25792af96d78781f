namespace Podkit.Client;

/// <summary>Which page of a list to read, and at which version.</summary>
public sealed record ListPageOptions
{
    /// <summary>The most objects to return; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The token of the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>The version to read at: null for the newest, <c>0</c> for any the server has at hand.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Exact</c> or <c>NotOlderThan</c>.</summary>
    public string? ResourceVersionMatch { get; init; }
}
