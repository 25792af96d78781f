using Podkit.Model.Meta.V1;

namespace Podkit.Client.Watching;

internal enum FrameKind
{
    /// <summary>ADDED or MODIFIED.</summary>
    Apply,

    Delete,

    /// <summary>Only the version of its object counts.</summary>
    Bookmark,

    /// <summary>The server ends the watch with a Status.</summary>
    Error,

    /// <summary>A type that this client does not know: left out, as newer servers may send more.</summary>
    Unknown,
}

/// <summary>One line of a watch.</summary>
internal readonly record struct WatchFrame<T>(FrameKind Kind, T? Object, Status? Error)
    where T : class;
