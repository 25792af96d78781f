namespace Podkit.Client;

/// <summary>
/// What a watch tells. Each list is one <see cref="Init"/>, an <see cref="InitApply"/> per object and an <see cref="InitDone"/>; then
/// <see cref="Apply"/> and <see cref="Delete"/> follow until the next <see cref="Init"/>, which may also interrupt a list. A store collects
/// from Init to InitDone beside its content, and then swaps.
/// </summary>
public enum WatchEventType
{
    /// <summary>A list begins: start a new, empty collection.</summary>
    Init,

    /// <summary>An object of the list.</summary>
    InitApply,

    /// <summary>The list is complete: what is not in it no longer exists.</summary>
    InitDone,

    /// <summary>An object is new or has changed.</summary>
    Apply,

    /// <summary>An object is gone, or no longer matches the selectors; it is given as it last was.</summary>
    Delete,
}
