namespace Podkit.Ambassador;

/// <summary>The ambassador cannot run as it is asked to; the message names the option and says what to do.</summary>
public sealed class AmbassadorException : Exception
{
    /// <summary>Creates the exception.</summary>
    public AmbassadorException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public AmbassadorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public AmbassadorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The TCP port that something else listens on already, when that is why; else null.</summary>
    public int? TakenPort { get; init; }
}
