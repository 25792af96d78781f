namespace Podkit.Client;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The version of the whole list; watch from here.</param>
/// <param name="Continue">The token of the next page; null on the last.</param>
/// <param name="RemainingItemCount">How many objects follow, when the server knows.</param>
public sealed record ResourcePage<T>(IReadOnlyList<T> Items, string? ResourceVersion, string? Continue, long? RemainingItemCount);
