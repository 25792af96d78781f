namespace Podkit.Node;

/// <summary>A log cannot be served; the message is a kubelet's sentence.</summary>
public sealed class ContainerLogException : Exception
{
    /// <summary>Without a message.</summary>
    public ContainerLogException()
    {
    }

    /// <summary>With the kubelet's sentence.</summary>
    public ContainerLogException(string message)
        : base(message)
    {
    }

    /// <summary>With the kubelet's sentence and its cause.</summary>
    public ContainerLogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>With the kubelet's sentence, and whether the pod or container does not exist at all.</summary>
    public ContainerLogException(string message, bool notFound)
        : base(message) => IsNotFound = notFound;

    /// <summary>Whether the pod or the container does not exist (404); otherwise it is a bad request (400).</summary>
    public bool IsNotFound { get; }
}
