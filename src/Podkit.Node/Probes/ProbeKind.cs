namespace Podkit.Node.Probes;

/// <summary>What a probe decides.</summary>
internal enum ProbeKind
{
    /// <summary>Whether the container has started; the other probes wait for it.</summary>
    Startup,

    /// <summary>Whether the container has to be restarted.</summary>
    Liveness,

    /// <summary>Whether the container may be sent traffic.</summary>
    Readiness,
}
