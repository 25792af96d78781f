namespace Podkit.Node.Probes;

/// <summary>One way to ask a container how it is.</summary>
internal interface IProber
{
    /// <summary>Asks once.</summary>
    /// <param name="timeout">After how long to give up.</param>
    /// <param name="cancellationToken">Ends the try without an outcome.</param>
    Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken);
}
