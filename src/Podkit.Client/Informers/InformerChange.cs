namespace Podkit.Client;

/// <summary>
/// A change of one object, from what the handler was told last to what the informer knows now. Changes that came faster than the handler took them are one
/// change: see <see cref="Informer{T}"/>.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <param name="Type">What has happened.</param>
/// <param name="Key">To which object.</param>
/// <param name="Before">What the handler was told last; null when the object is new to it.</param>
/// <param name="Object">The object now; of a deletion the object as it last was.</param>
public readonly record struct InformerChange<T>(InformerChangeType Type, ObjectKey Key, T? Before, T Object)
    where T : class
{
    /// <summary>Whether the object was there when the handler was added, or in the first list: client-go's <c>isInInitialList</c>.</summary>
    public bool IsInitial { get; init; }

    /// <summary>
    /// Of a deletion: whether it was found out by a list, because the event was missed, so that the object's last state may be an older one; client-go's
    /// <c>DeletedFinalStateUnknown</c>.
    /// </summary>
    public bool FinalStateUnknown { get; init; }
}
