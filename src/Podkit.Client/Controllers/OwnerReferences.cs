using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>Owner references, with Kubernetes' rules: the garbage collector deletes an object when its owners are gone.</summary>
public static class OwnerReferences
{
    /// <summary>
    /// Makes an object the controller of another: <c>controller: true</c> and <c>blockOwnerDeletion: true</c>. Refuses what Kubernetes does not allow: an owner of a
    /// namespace for an object of the cluster or of another namespace, and a second controller. Done again, it changes nothing.
    /// </summary>
    /// <typeparam name="TOwner">The type of the owner.</typeparam>
    /// <param name="child">The object that is owned; changed in place, not sent.</param>
    /// <param name="owner">The owner, as the server has it: with a uid.</param>
    /// <exception cref="ArgumentException">The owner may not own the object.</exception>
    /// <exception cref="InvalidOperationException">Another object is its controller already.</exception>
    public static void SetController<TOwner>(IKubernetesObject child, TOwner owner)
        where TOwner : class, IResource<TOwner> => SetController(child, owner, TOwner.ResourceKind);

    /// <param name="child">The object that is owned; changed in place, not sent.</param>
    /// <param name="owner">The owner, as the server has it: with a uid.</param>
    /// <param name="ownerKind">The owner's resource.</param>
    /// <inheritdoc cref="SetController{TOwner}(IKubernetesObject, TOwner)"/>
    public static void SetController(IKubernetesObject child, IKubernetesObject owner, ResourceKind ownerKind)
    {
        var reference = Create(child, owner, ownerKind);
        if (ControllerOf(child) is { } other && other.Uid != reference.Uid)
        {
            throw new InvalidOperationException($"{child.Kind} {ObjectKey.Of(child)} is already controlled by {other.Kind} {other.Name} (uid {other.Uid}): an object has at most one controller");
        }

        (reference.Controller, reference.BlockOwnerDeletion) = (true, true);
        Put(child, reference);
    }

    /// <summary>Makes an object one of the owners of another, not its controller.</summary>
    /// <typeparam name="TOwner">The type of the owner.</typeparam>
    /// <param name="child">The object that is owned; changed in place, not sent.</param>
    /// <param name="owner">The owner, as the server has it: with a uid.</param>
    /// <exception cref="ArgumentException">The owner may not own the object.</exception>
    public static void Add<TOwner>(IKubernetesObject child, TOwner owner)
        where TOwner : class, IResource<TOwner> => Add(child, owner, TOwner.ResourceKind);

    /// <param name="child">The object that is owned; changed in place, not sent.</param>
    /// <param name="owner">The owner, as the server has it: with a uid.</param>
    /// <param name="ownerKind">The owner's resource.</param>
    /// <inheritdoc cref="Add{TOwner}(IKubernetesObject, TOwner)"/>
    public static void Add(IKubernetesObject child, IKubernetesObject owner, ResourceKind ownerKind) => Put(child, Create(child, owner, ownerKind));

    /// <summary>Takes an owner away from an object.</summary>
    /// <param name="child">The object that was owned; changed in place, not sent.</param>
    /// <param name="owner">The owner.</param>
    /// <returns>Whether it was one.</returns>
    public static bool Remove(IKubernetesObject child, IKubernetesObject owner)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(owner);
        return child.Metadata.OwnerReferences?.RemoveAll(r => r.Uid == owner.Metadata.Uid) > 0;
    }

    /// <summary>The reference to an object's controller; null when it has none.</summary>
    /// <param name="child">The object.</param>
    public static OwnerReference? ControllerOf(IKubernetesObject child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return child.Metadata.OwnerReferences?.Find(r => r.Controller == true);
    }

    /// <summary>Whether an object's controller is another, by uid.</summary>
    /// <param name="child">The object.</param>
    /// <param name="owner">The other.</param>
    public static bool IsControlledBy(IKubernetesObject child, IKubernetesObject owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return owner.Metadata.Uid is { Length: > 0 } uid && ControllerOf(child)?.Uid == uid;
    }

    internal static string GroupOf(string apiVersion) => apiVersion.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? apiVersion[..slash] : "";

    private static OwnerReference Create(IKubernetesObject child, IKubernetesObject owner, ResourceKind kind)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(kind);
        if (string.IsNullOrEmpty(owner.Metadata.Uid)) throw new ArgumentException($"{kind.Kind} {ObjectKey.Of(owner)} has no uid: only an object that the server has made can own another", nameof(owner));
        if (kind.Namespaced && string.IsNullOrEmpty(child.Metadata.Namespace)) throw new ArgumentException($"the owner {kind.Kind} {ObjectKey.Of(owner)} is in a namespace: it cannot own {child.Kind} {child.Metadata.Name} of the cluster", nameof(owner));
        if (kind.Namespaced && child.Metadata.Namespace != owner.Metadata.Namespace) throw new ArgumentException($"the owner {kind.Kind} {ObjectKey.Of(owner)} cannot own {child.Kind} {ObjectKey.Of(child)}: an owner and what it owns must be in one namespace", nameof(owner));
        return new OwnerReference { ApiVersion = kind.ApiVersion, Kind = kind.Kind, Name = owner.Metadata.Name ?? "", Uid = owner.Metadata.Uid };
    }

    private static void Put(IKubernetesObject child, OwnerReference reference)
    {
        var references = child.Metadata.OwnerReferences ??= [];
        var at = references.FindIndex(r => r.Kind == reference.Kind && r.Name == reference.Name && GroupOf(r.ApiVersion) == GroupOf(reference.ApiVersion));
        if (at < 0) references.Add(reference);
        else references[at] = reference;
    }
}
