namespace Podkit.Node.Status;

/// <summary>Where a container stands.</summary>
internal enum ContainerPhase
{
    /// <summary>It has not run yet.</summary>
    Created,

    /// <summary>It is being started: environment, hooks and process are on their way.</summary>
    Starting,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Its process has ended, or could not be started.</summary>
    Terminated,
}
