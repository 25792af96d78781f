namespace Podkit.Node;

/// <summary>A container that cannot be started.</summary>
public sealed class ContainerStartException : Exception
{
    /// <summary>An exception without any details.</summary>
    public ContainerStartException()
        : this("StartError", "the container could not be started")
    {
    }

    /// <summary>An exception with a message.</summary>
    public ContainerStartException(string message)
        : this("StartError", message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public ContainerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception with Kubernetes' reason.</summary>
    /// <param name="reason">Such as <c>StartError</c> (the command cannot be executed) or <c>CreateContainerError</c> (a mount cannot be made).</param>
    /// <param name="message">What happened and what to do.</param>
    public ContainerStartException(string reason, string message)
        : base(message) => Reason = reason;

    /// <summary><c>StartError</c>: the command cannot be executed, exit code 128; <c>CreateContainerError</c>: the container cannot be made.</summary>
    public string Reason { get; } = "StartError";
}
