namespace Podkit.Client;

/// <summary>What to reconcile: a key, not an event, so that what has happened meanwhile is dealt with once.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
/// <param name="Key">The object's key.</param>
/// <param name="Object">The object as the informer has it now, shared by all readers: copy it before changing it. Null when there is none (any more).</param>
/// <param name="Failures">How often reconciling the key has failed or asked to be repeated since it last succeeded.</param>
public sealed record ReconcileRequest<T>(ObjectKey Key, T? Object, int Failures)
    where T : class;
