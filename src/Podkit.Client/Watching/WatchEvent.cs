using System.Diagnostics.CodeAnalysis;

namespace Podkit.Client;

/// <summary>Something that a watch tells.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <param name="Type">What has happened.</param>
/// <param name="Object">To which object; null for Init and InitDone.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object)
    where T : class
{
    /// <summary>Whether the event is about an object: InitApply, Apply or Delete.</summary>
    [MemberNotNullWhen(true, nameof(Object))]
    public bool HasObject => Object is not null;
}
