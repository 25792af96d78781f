namespace Podkit.Node;

/// <summary>Chooses the runtime that this machine can do.</summary>
public static class RuntimeSelector
{
    /// <summary>Makes the runtime that is asked for.</summary>
    /// <param name="choice">What the user asks for.</param>
    /// <param name="notices">Where to say that paths are not at their real place, and why.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    /// <exception cref="InvalidOperationException"><see cref="RuntimeChoice.Sandbox"/> is asked for and cannot be done: the message says why and what to do.</exception>
    public static Task<IContainerRuntime> CreateAsync(RuntimeChoice choice, INodeNotices notices, TimeProvider time, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
