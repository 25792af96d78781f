using Podkit.Model;

namespace Podkit.Client;

/// <summary>Makes controllers of resources.</summary>
public static class ControllerExtensions
{
    /// <summary>A controller of the objects that the client is about: its namespace and selectors. Run it with <see cref="Controller{T}.RunAsync"/> and dispose it.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="reconcile">Brings the world in line with one object; see <see cref="IReconciler{T}.ReconcileAsync"/>.</param>
    /// <param name="configure">What else to watch, workers, leader election.</param>
    /// <param name="informers">Informers to share with others, who start and stop them; null: the controller's own.</param>
    public static Controller<T> Controller<T>(
        this ResourceClient<T> resource,
        Func<ReconcileRequest<T>, CancellationToken, Task<ReconcileResult>> reconcile,
        Action<ControllerOptions<T>>? configure = null,
        SharedInformers? informers = null)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(reconcile);
        var options = new ControllerOptions<T>();
        configure?.Invoke(options);
        return new Controller<T>(resource, reconcile, options, informers);
    }
}
