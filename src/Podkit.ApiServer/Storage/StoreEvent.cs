namespace Podkit.ApiServer.Storage;

/// <summary>A write, as watches see it: exactly one for every revision.</summary>
/// <param name="Revision">The revision that the write made.</param>
/// <param name="Object">The object after the write; for a deletion its last state, with the deletion's version.</param>
/// <param name="Previous">The object before the write; null when it was created.</param>
/// <param name="Deleted">Whether the write deleted it.</param>
internal sealed record StoreEvent(long Revision, StoredObject Object, StoredObject? Previous, bool Deleted);
