using Microsoft.Extensions.Primitives;

namespace Podkit.Metadata;

/// <summary>
/// What the app knows about the pod it runs in, live. <see cref="Current"/> is one consistent state; the properties beside it are short for
/// its values. Outside a pod everything is empty, or what the options configure.
/// </summary>
/// <remarks>
/// To use several values together, take <see cref="Current"/> once: two properties read one after the other may belong to two states.
/// </remarks>
public interface IPodMetadata
{
    /// <summary>The present state. Never null, never changed: a new state is a new object.</summary>
    PodSnapshot Current { get; }

    /// <summary>
    /// Fires at the next change. It fires once, as every change token: <c>ChangeToken.OnChange(() =&gt; pod.Changed, …)</c> takes a new one each time.
    /// </summary>
    IChangeToken Changed { get; }

    /// <summary>Where values are read from, how they are watched, and what is wrong with them.</summary>
    PodMetadataStatus Status { get; }

    /// <summary>The pod's name; empty when unknown.</summary>
    string Name => Current.Name;

    /// <summary>The pod's namespace; empty when unknown.</summary>
    string Namespace => Current.Namespace;

    /// <summary>The pod's UID; empty when unknown.</summary>
    string Uid => Current.Uid;

    /// <summary>The node that the pod runs on; empty when unknown.</summary>
    string NodeName => Current.NodeName;

    /// <summary>The pod's service account; empty when unknown.</summary>
    string ServiceAccountName => Current.ServiceAccountName;

    /// <summary>The name of the container that the app runs in; empty when unknown.</summary>
    string ContainerName => Current.ContainerName;

    /// <summary>The pod's first address; empty when unknown.</summary>
    string PodIP => Current.PodIP;

    /// <summary>The node's first address; empty when unknown.</summary>
    string HostIP => Current.HostIP;

    /// <summary>The pod's labels. The value of a missing one is the empty string.</summary>
    PodMap Labels => Current.Labels;

    /// <summary>The pod's annotations. The value of a missing one is the empty string.</summary>
    PodMap Annotations => Current.Annotations;

    /// <summary>The limits and requests of the app's container.</summary>
    ContainerResources Resources => Current.Resources;

    /// <summary>What controls the pod, such as a ReplicaSet; null when unknown or nothing.</summary>
    PodOwner? Owner => Current.Owner;

    /// <summary>
    /// The changes from now on, each with the state before and after, in order. The state before is the one of the last change that this
    /// enumeration gave. A reader that falls more than <see cref="PodMetadataOptions.MaximumPendingChanges"/> behind skips states between;
    /// the last one always arrives.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<PodMetadataChange> ChangesAsync(CancellationToken cancellationToken = default);
}
