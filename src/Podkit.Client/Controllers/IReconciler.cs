using Podkit.Model;

namespace Podkit.Client;

/// <summary>Brings the world in line with one object, as a controller asks. Must be able to run again for the same state.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public interface IReconciler<T>
    where T : class, IKubernetesObject
{
    /// <summary>Reconciles one key. Never called twice at a time for one key. What it throws is logged, and the key comes again, later each time.</summary>
    /// <param name="request">The key, and the object if there is one.</param>
    /// <param name="cancellationToken">Cancelled when the controller stops, or no longer leads.</param>
    Task<ReconcileResult> ReconcileAsync(ReconcileRequest<T> request, CancellationToken cancellationToken);
}
