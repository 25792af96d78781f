namespace Podkit.Node.Status;

/// <summary>The part that a container plays in its pod.</summary>
internal enum ContainerKind
{
    /// <summary>Runs to its end before what comes after it in the list starts.</summary>
    Init,

    /// <summary>An init container with <c>restartPolicy: Always</c>: starts in order, runs beside the main containers, ends after them.</summary>
    Sidecar,

    /// <summary>One of <c>spec.containers</c>.</summary>
    Main,
}
