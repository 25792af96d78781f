using Podkit.Model.Meta.V1;

namespace Podkit.Client.Watching;

internal enum FrameKind
{
    /// <summary>ADDED or MODIFIED.</summary>
    Apply,

    Delete,

    /// <summary>Only its version counts.</summary>
    Bookmark,

    /// <summary>The bookmark that ends the initial events of a streaming list.</summary>
    InitialEventsEnd,

    /// <summary>The server ends the watch with a Status.</summary>
    Error,

    /// <summary>A type that this client does not know: left out, as newer servers may send more.</summary>
    Unknown,
}

/// <summary>One line of a watch; <paramref name="Version"/> is a bookmark's.</summary>
internal readonly record struct WatchFrame<T>(FrameKind Kind, T? Object, string? Version, Status? Error)
    where T : class;
