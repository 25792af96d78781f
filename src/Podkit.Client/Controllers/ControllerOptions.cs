using Podkit.Model;

namespace Podkit.Client;

/// <summary>What a controller watches, and how it works.</summary>
/// <typeparam name="T">The type of the objects that it reconciles.</typeparam>
public sealed class ControllerOptions<T>
    where T : class, IKubernetesObject
{
    internal List<Func<SharedInformers, ResourceClient<T>, ControllerTrigger>> Triggers { get; } = [];

    /// <summary>The controller's name in logs; null: the resource's.</summary>
    public string? Name { get; set; }

    /// <summary>How many keys are reconciled at a time; one key never twice. Default: 1.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>How the work queue slows down what fails.</summary>
    public WorkQueueOptions Queue { get; set; } = new();

    /// <summary>When given, only the leader reconciles; the informers of others are kept warm. Default: none.</summary>
    public LeaderElectionOptions? LeaderElection { get; set; }

    /// <summary>Which changes of the controller's own objects matter, for example only those of <c>metadata.generation</c>. Default: all.</summary>
    public Func<InformerChange<T>, bool>? Filter { get; set; }

    /// <summary>Indexes and more of the informer of the controller's own objects.</summary>
    public Action<InformerOptions<T>>? Informer { get; set; }

    /// <summary>
    /// Watches the objects that the controller makes: a change of one reconciles the object that its owner reference with <c>controller: true</c> names, when that
    /// is of the controller's resource.
    /// </summary>
    /// <typeparam name="TChild">The type of the children.</typeparam>
    public ControllerOptions<T> Owns<TChild>()
        where TChild : class, IResource<TChild> => Add((_, resource) => SameNamespaces(resource, resource.Client.Resource<TChild>()), OwnerKey);

    /// <param name="which">Which children.</param>
    /// <inheritdoc cref="Owns{TChild}()"/>
    public ControllerOptions<T> Owns<TChild>(Func<KubernetesClient, ResourceClient<TChild>> which)
        where TChild : class, IKubernetesObject => Add((client, _) => which(client), OwnerKey);

    /// <summary>Watches other objects: a change of one reconciles the keys that a function gives of it, before and after the change.</summary>
    /// <typeparam name="TOther">The type of the other objects.</typeparam>
    /// <param name="map">The keys to reconcile.</param>
    public ControllerOptions<T> Watches<TOther>(Func<TOther, IEnumerable<ObjectKey>> map)
        where TOther : class, IResource<TOther>
    {
        ArgumentNullException.ThrowIfNull(map);
        return Add((_, resource) => SameNamespaces(resource, resource.Client.Resource<TOther>()), (other, _) => map(other));
    }

    /// <param name="map">The keys to reconcile.</param>
    /// <param name="which">Which objects.</param>
    /// <inheritdoc cref="Watches{TOther}(Func{TOther, IEnumerable{ObjectKey}})"/>
    public ControllerOptions<T> Watches<TOther>(Func<TOther, IEnumerable<ObjectKey>> map, Func<KubernetesClient, ResourceClient<TOther>> which)
        where TOther : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(which);
        return Add((client, _) => which(client), (other, _) => map(other));
    }

    internal void Validate()
    {
        if (Workers < 1) throw new KubernetesConfigurationException("ControllerOptions.Workers must be positive");
        Queue.Validate();
        LeaderElection?.Validate();
    }

    private ControllerOptions<T> Add<TOther>(Func<KubernetesClient, ResourceClient<T>, ResourceClient<TOther>> which, Func<TOther, ResourceKind, IEnumerable<ObjectKey>> map)
        where TOther : class, IKubernetesObject
    {
        Triggers.Add((informers, resource) =>
        {
            var kind = resource.ResourceKind;
            var informer = informers.Get(which(resource.Client, resource));
            return new ControllerTrigger(informer, add => informer.AddHandler((change, _) =>
            {
                if (change.Before is { } before)
                {
                    foreach (var key in map(before, kind)) add(key);
                }

                foreach (var key in map(change.Object, kind)) add(key);
                return ValueTask.CompletedTask;
            }));
        });
        return this;
    }

    private static IEnumerable<ObjectKey> OwnerKey(IKubernetesObject child, ResourceKind kind)
    {
        // The version may be another of the same group: owners are compared by group and kind.
        if (OwnerReferences.ControllerOf(child) is not { } owner || owner.Kind != kind.Kind || OwnerReferences.GroupOf(owner.ApiVersion) != kind.Group) return [];
        return [ObjectKey.From(kind.Namespaced ? child.Metadata.Namespace : null, owner.Name)];
    }

    private static ResourceClient<TOther> SameNamespaces<TOther>(ResourceClient<T> resource, ResourceClient<TOther> other)
        where TOther : class, IKubernetesObject
    {
        if (!other.ResourceKind.Namespaced) return other;
        if (!resource.ResourceKind.Namespaced || resource.Scope.AllNamespaces) return other.InAllNamespaces();
        return resource.Scope.Namespace is { } ns ? other.InNamespace(ns) : other;
    }
}

/// <summary>An informer whose changes put keys into the queue.</summary>
internal sealed record ControllerTrigger(IInformer Informer, Func<Action<ObjectKey>, IInformerRegistration> Attach);
