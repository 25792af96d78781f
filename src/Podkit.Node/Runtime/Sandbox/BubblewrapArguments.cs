using System.Globalization;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Turns a container into the arguments of bubblewrap that build its namespaces and mounts.</summary>
internal static class BubblewrapArguments
{
    private const int LongestHostname = 63;

    /// <summary>Everything but the command.</summary>
    /// <param name="spec">The container.</param>
    /// <param name="steps">Its view of the file system.</param>
    /// <param name="copies">Finds the copy of a directory.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <param name="user">The user bubblewrap runs as; root needs no user namespace.</param>
    /// <param name="group">That user's group.</param>
    public static List<string> Create(
        ContainerSpec spec,
        IEnumerable<MountStep> steps,
        Func<MountStep.Copy, string> copies,
        IEnumerable<KeyValuePair<string, string>> environment,
        uint user,
        uint group)
    {
        List<string> arguments = ["--unshare-pid", "--unshare-uts", "--die-with-parent", "--clearenv"];

        // With a terminal, the command makes its session itself.
        if (!spec.Terminal) arguments.Add("--new-session");
        arguments.AddRange("--hostname", Hostname(spec.Hostname));
        AddUser(arguments, spec, user, group);
        foreach (var (name, value) in environment) arguments.AddRange("--setenv", name, value);
        foreach (var step in steps) AddStep(arguments, step, copies);
        arguments.AddRange("--chdir", spec.WorkingDirectory is { Length: > 0 } directory ? directory : "/");
        return arguments;
    }

    /// <summary>A host name no longer than Linux allows, as a kubelet shortens it.</summary>
    internal static string Hostname(string name) => name.Length <= LongestHostname ? name : name[..LongestHostname].TrimEnd('-', '.');

    private static void AddUser(List<string> arguments, ContainerSpec spec, uint user, uint group)
    {
        if (user == 0)
        {
            arguments.AddRange("--cap-drop", "ALL");
            foreach (var capability in ContainerCapabilities.Of(spec)) arguments.AddRange("--cap-add", "CAP_" + capability);
            return;
        }

        var uid = spec.RunAsUser ?? user;
        var gid = spec.RunAsGroup ?? (spec.RunAsUser is null ? group : 0);
        arguments.AddRange("--unshare-user", "--uid", Number(uid), "--gid", Number(gid));
    }

    private static void AddStep(List<string> arguments, MountStep step, Func<MountStep.Copy, string> copies)
    {
        switch (step)
        {
            case MountStep.Bind bind:
                arguments.AddRange(bind.Device ? "--dev-bind" : bind.ReadOnly ? "--ro-bind" : "--bind", bind.Source, bind.Target);
                if (bind.Device && bind.ReadOnly) arguments.AddRange("--remount-ro", bind.Target);
                break;
            case MountStep.Memory memory:
                arguments.AddRange("--perms", Convert.ToString(memory.Mode, 8), "--tmpfs", memory.Target);
                break;
            case MountStep.Folder folder:
                arguments.AddRange("--perms", "0755", "--dir", folder.Target);
                break;
            case MountStep.Link link:
                arguments.AddRange("--symlink", link.Text, link.Target);
                break;
            case MountStep.Processes processes:
                arguments.AddRange("--proc", processes.Target);
                break;
            case MountStep.Freeze freeze:
                arguments.AddRange("--remount-ro", freeze.Target);
                break;
            case MountStep.Copy copy:
                arguments.AddRange("--ro-bind", copies(copy), copy.Target);
                break;
            default:
                throw new InvalidOperationException($"unknown step {step}");
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void AddRange(this List<string> list, params ReadOnlySpan<string> values)
    {
        foreach (var value in values) list.Add(value);
    }
}
