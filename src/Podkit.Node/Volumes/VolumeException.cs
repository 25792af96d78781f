namespace Podkit.Node;

/// <summary>A volume that cannot be set up or updated. The pod waits; a later attempt may succeed.</summary>
public sealed class VolumeException : Exception
{
    /// <summary>An exception without any details.</summary>
    public VolumeException()
        : this("a volume could not be set up")
    {
    }

    /// <summary>An exception with a message.</summary>
    public VolumeException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public VolumeException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception about one volume of a pod.</summary>
    /// <param name="volume">The volume's name.</param>
    /// <param name="message">Kubernetes' sentence.</param>
    /// <param name="innerException">The cause, or null.</param>
    public VolumeException(string volume, string message, Exception? innerException = null)
        : base(message, innerException) => Volume = volume;

    /// <summary>The volume's name.</summary>
    public string Volume { get; } = "";
}
