using System.Globalization;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>The words before a command with which root runs it as a container's user.</summary>
internal static class UserSwitch
{
    /// <summary>The words; none when the user stays the same.</summary>
    /// <exception cref="ContainerStartException">setpriv is needed and missing.</exception>
    public static IReadOnlyList<string> Words(ContainerSpec spec, string? setPrivileges)
    {
        var groups = spec.SupplementalGroups.Concat(spec.FsGroup is { } group ? [group] : []).Distinct().ToList();
        if (!Posix.IsRoot || (spec.RunAsUser is null && spec.RunAsGroup is null && groups.Count == 0)) return [];
        if (setPrivileges is null)
            throw new ContainerStartException("CreateContainerError", $"container {spec.ContainerName} runs as another user or group, which needs setpriv: install util-linux");
        var user = Number(spec.RunAsUser ?? 0);
        var main = Number(spec.RunAsGroup ?? 0);
        return
        [
            setPrivileges, "--reuid", user, "--regid", main, groups.Count == 0 ? "--clear-groups" : "--groups=" + string.Join(',', groups.Select(Number)), "--inh-caps=-all", "--",
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
