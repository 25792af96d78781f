namespace Podkit.Node.Runtime;

/// <summary>What a container may do as root.</summary>
internal static class ContainerCapabilities
{
    private const string All = "ALL";

    /// <summary>What every container of Kubernetes has unless its manifest says otherwise.</summary>
    private static readonly string[] Defaults =
    [
        "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
    ];

    /// <summary>All that Linux has, so that names that it does not know are found.</summary>
    private static readonly string[] Known =
    [
        .. Defaults, "DAC_READ_SEARCH", "LINUX_IMMUTABLE", "NET_BROADCAST", "NET_ADMIN", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN",
        "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "LEASE", "AUDIT_CONTROL", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
    ];

    /// <summary>The names, without CAP_.</summary>
    /// <exception cref="ContainerStartException">There is no such capability.</exception>
    public static IReadOnlyList<string> Of(ContainerSpec spec)
    {
        var added = spec.AddedCapabilities.Select(Name).ToList();
        var dropped = spec.DroppedCapabilities.Select(Name).ToList();
        IEnumerable<string> kept = added.Contains(All) ? Known : Defaults;
        kept = dropped.Contains(All) ? [] : kept.Except(dropped);
        return [.. kept.Union(added.Where(name => name != All))];
    }

    private static string Name(string written)
    {
        var name = written.ToUpperInvariant();
        if (name.StartsWith("CAP_", StringComparison.Ordinal)) name = name[4..];
        return name == All || Known.Contains(name) ? name : throw new ContainerStartException("CreateContainerError", $"unknown capability \"{written}\"");
    }
}
