namespace Podkit.Node.Interop;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; 128 plus the signal when one ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
internal readonly record struct ChildExit(int Code, int? Signal)
{
    private const int SignalBase = 128;

    /// <summary>When it was noticed.</summary>
    public DateTimeOffset At { get; } = DateTimeOffset.UtcNow;

    /// <summary>Reads what waitpid gives.</summary>
    public static ChildExit FromStatus(int status)
    {
        var signal = status & 0x7F;
        return signal == 0 ? new ChildExit((status >> 8) & 0xFF, null) : new ChildExit(SignalBase + signal, signal);
    }
}
