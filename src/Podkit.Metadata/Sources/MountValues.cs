namespace Podkit.Metadata.Sources;

/// <summary>
/// What a kubelet's mounts say by their paths on the node: <c>/pods/UID/containers/NAME/…</c> is mounted at /dev/termination-log,
/// <c>/pods/UID/etc-hosts</c> at /etc/hosts, <c>/pods/UID/volumes/…</c> wherever volumes are.
/// </summary>
internal static class MountValues
{
    public static FoundValues Read(IReadOnlyList<Mount> mounts, string place)
    {
        var found = new FoundValues(MetadataSource.File);
        foreach (var mount in mounts)
        {
            var elements = mount.Root.Split('/');
            for (var i = 0; i + 2 < elements.Length; i++)
            {
                if (elements[i] != "pods" || !Guid.TryParseExact(elements[i + 1], "D", out _)) continue;
                found.Add(PodFields.Uid, elements[i + 1], place);
                if (elements[i + 2] == "containers" && i + 4 < elements.Length) found.Add(PodFields.ContainerName, elements[i + 3], place);
            }
        }

        return found;
    }
}
