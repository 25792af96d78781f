using System.Text;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime;

/// <summary>The files that a runtime makes for one run of a container, in a directory that goes with it.</summary>
internal sealed class ContainerFiles : IDisposable
{
    private const uint Private = 0x1C0; // 0700
    private const uint Readable = 0x1A4; // 0644
    private const uint Everyones = 0x1B6; // 0666

    private ContainerFiles(string directory, string terminationLog) => (Directory, TerminationLog) = (directory, terminationLog);

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>The container's /etc/hosts.</summary>
    public string Hosts => Path.Combine(Directory, "hosts");

    /// <summary>The container's /etc/hostname.</summary>
    public string Hostname => Path.Combine(Directory, "hostname");

    /// <summary>What is mounted at the container's termination message path.</summary>
    public string TerminationLog { get; }

    /// <summary>Writes the files of a container.</summary>
    public static ContainerFiles Create(ContainerSpec spec)
    {
        var parent = Path.Combine(spec.PodDirectory, "runtime");
        System.IO.Directory.CreateDirectory(parent);
        var directory = Path.Combine(parent, $"{spec.ContainerName}-{Guid.NewGuid():N}");
        Posix.MakeDirectory(directory, Private);
        var files = new ContainerFiles(directory, spec.TerminationMessageFile ?? Path.Combine(directory, "termination-log"));
        Posix.WriteNewFile(files.Hosts, Encoding.UTF8.GetBytes(HostsText(spec.Hosts)), Readable);
        Posix.WriteNewFile(files.Hostname, Encoding.UTF8.GetBytes(spec.Hostname + "\n"), Readable);
        if (Path.GetDirectoryName(files.TerminationLog) is { } folder) System.IO.Directory.CreateDirectory(folder);
        if (FileStatus.Find(files.TerminationLog, follow: false) is null) Posix.WriteNewFile(files.TerminationLog, [], Everyones);
        return files;
    }

    /// <summary>What a kubelet writes into /etc/hosts.</summary>
    internal static string HostsText(IEnumerable<HostsEntry> entries)
    {
        var text = new StringBuilder("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        text.Append("fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
        foreach (var entry in entries) text.Append(entry.Address).Append('\t').AppendJoin('\t', entry.Names).Append('\n');
        return text.ToString();
    }

    public void Dispose()
    {
        TreeRemoval.Remove(Directory);
    }
}
