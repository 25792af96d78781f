namespace Podkit.Metadata.Sources;

/// <summary>
/// What a kubelet's mounts say by their paths on the node: <c>/pods/UID/containers/NAME/…</c> is mounted at /dev/termination-log,
/// <c>/pods/UID/etc-hosts</c> at /etc/hosts, <c>/pods/UID/volumes/…</c> wherever volumes are. The first two are the pod's own; others may be another
/// pod's, as a hostPath mounts them, and count only where there is none of the two and all say the same.
/// </summary>
internal static class MountValues
{
    public static FoundValues Read(IReadOnlyList<Mount> mounts, string place)
    {
        var found = new FoundValues(MetadataSource.File);
        var all = new List<Owner>();
        var own = new List<Owner>();
        foreach (var mount in mounts)
        {
            if (OwnerOf(mount.Root) is not { } owner) continue;
            all.Add(owner);
            if ((mount.Point == "/etc/hosts" && owner.Rest == "etc-hosts") || (mount.Point == "/dev/termination-log" && owner.Container is not null)) own.Add(owner);
        }

        var telling = own.Count > 0 ? own : all;
        if (One(telling.Select(o => o.Uid)) is not { } uid) return found;
        found.Add(PodFields.Uid, uid, place);
        found.Add(PodFields.ContainerName, One(telling.Where(o => o.Container is not null).Select(o => o.Container!)), place);
        return found;
    }

    /// <summary>What all say; null when they say several things, or nothing.</summary>
    private static string? One(IEnumerable<string> texts) => texts.Distinct(StringComparer.Ordinal).Take(2).ToList() is [var one] ? one : null;

    private static Owner? OwnerOf(string root)
    {
        var elements = root.Split('/');
        for (var i = 0; i + 2 < elements.Length; i++)
        {
            if (elements[i] != "pods" || !Guid.TryParseExact(elements[i + 1], "D", out _)) continue;
            return new Owner(elements[i + 1], elements[i + 2], elements[i + 2] == "containers" && i + 4 < elements.Length ? elements[i + 3] : null);
        }

        return null;
    }

    /// <summary>Whose a mount is by its path.</summary>
    private sealed record Owner(string Uid, string Rest, string? Container);
}
