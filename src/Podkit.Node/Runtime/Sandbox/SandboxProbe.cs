using System.Text;
using Microsoft.Win32.SafeHandles;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Finds out, by doing it once, whether this machine lets this user have sandboxes.</summary>
internal static class SandboxProbe
{
    private const int LongestMessage = 2048;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Gives the tools, or the reason why there can be no sandbox and what to do about it.</summary>
    public static async Task<(SandboxTools? Tools, string Reason)> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return (null, "sandboxes need Linux");
        if (SandboxTools.Find() is not { } tools) return (null, "bubblewrap is not installed (apt install bubblewrap, dnf install bubblewrap, apk add bubblewrap)");
        List<string> arguments = ["bwrap", "--unshare-pid", "--unshare-uts", "--hostname", "probe", "--die-with-parent", "--ro-bind", "/", "/", "--tmpfs", "/tmp", "--proc", "/proc"];
        if (!Posix.IsRoot) arguments.Add("--unshare-user");
        arguments.AddRange(["--", "true"]);
        using var streams = ContainerStreams.Open();
        var child = await ProcessReactor.Instance.SpawnAsync(streams.AddTo(new SpawnRequest { Path = tools.Bubblewrap, Arguments = arguments, Environment = ["PATH=/usr/bin:/bin"], Files = new Dictionary<int, SafeFileHandle>() })).ConfigureAwait(false);
        streams.CloseProgramSide();
        try
        {
            var exit = await child.Exit.WaitAsync(Longest, time, cancellationToken).ConfigureAwait(false);
            return exit.Code == 0 ? (tools, "") : (null, Explain(await ReadAsync(streams.Error, cancellationToken).ConfigureAwait(false)));
        }
        catch (TimeoutException)
        {
            return (null, $"bubblewrap did not answer within {Longest.TotalSeconds} s");
        }
        finally
        {
            child.Signal(Signals.Kill);
            await child.Exit.ConfigureAwait(false);
        }
    }

    /// <summary>Says what bubblewrap's message means for a user.</summary>
    internal static string Explain(string message)
    {
        var said = message.Length > 0 ? $" ({message})" : "";
        if (message.Contains("Creating new namespace failed", StringComparison.Ordinal) || message.Contains("No permissions to create", StringComparison.Ordinal) || message.Contains("setting up uid map", StringComparison.Ordinal))
        {
            return $"the kernel does not allow this user to create namespaces{said}: "
                + "set the sysctl kernel.unprivileged_userns_clone=1 (Debian) or kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), or user.max_user_namespaces above 0, or run as root";
        }

        if (message.Contains("mount proc", StringComparison.OrdinalIgnoreCase))
            return $"this container does not allow a /proc of one's own{said}: start it with --security-opt systempaths=unconfined, or run outside of a container";
        return $"bubblewrap cannot create a sandbox{said}";
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestMessage];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length).Trim().ReplaceLineEndings(" ");
    }
}
