namespace Podkit.Node.Probes;

/// <summary>What one try of a probe found.</summary>
/// <param name="Success">Whether the container answered as it should.</param>
/// <param name="Message">What was found instead, for the event.</param>
/// <param name="IsError">Whether the probe itself could not be carried out.</param>
internal readonly record struct ProbeOutcome(bool Success, string Message, bool IsError = false)
{
    public static ProbeOutcome Ok { get; } = new(true, "");

    public static ProbeOutcome Failed(string message) => new(false, message);

    public static ProbeOutcome Errored(string message) => new(false, message, IsError: true);
}
