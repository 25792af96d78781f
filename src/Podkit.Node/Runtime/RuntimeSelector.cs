using Podkit.Node.Runtime.ControlGroups;
using Podkit.Node.Runtime.Plain;
using Podkit.Node.Runtime.Sandbox;

namespace Podkit.Node;

/// <summary>Chooses the runtime that this machine can do.</summary>
public static class RuntimeSelector
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static (SandboxTools? Tools, string Reason)? _probed;

    /// <summary>Makes the runtime that is asked for. What this machine can do is found out once in a process.</summary>
    /// <param name="choice">What the user asks for.</param>
    /// <param name="notices">Where to say that paths are not at their real place, and why.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    /// <exception cref="InvalidOperationException"><see cref="RuntimeChoice.Sandbox"/> is asked for and cannot be done: the message says why and what to do.</exception>
    public static async Task<IContainerRuntime> CreateAsync(RuntimeChoice choice, INodeNotices notices, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("containers need Linux: run podkit in a Linux virtual machine or in WSL");
        var groups = ControlGroupFactory.Create(notices);
        if (choice == RuntimeChoice.Plain) return new PlainRuntime(notices, groups, "");
        var (tools, reason) = await ProbeAsync(time, cancellationToken).ConfigureAwait(false);
        if (tools is not null) return new SandboxRuntime(tools, groups);
        if (choice == RuntimeChoice.Auto) return new PlainRuntime(notices, groups, reason);
        throw new InvalidOperationException($"the runtime sandbox cannot be used: {reason}; or use --runtime plain");
    }

    private static async Task<(SandboxTools? Tools, string Reason)> ProbeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _probed ??= await SandboxProbe.RunAsync(time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Gate.Release();
        }
    }
}
