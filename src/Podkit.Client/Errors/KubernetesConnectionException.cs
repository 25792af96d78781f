using Podkit.Client.Errors;

namespace Podkit.Client;

/// <summary>The API server could not be reached, could not be trusted, or did not answer as an API server does.</summary>
public sealed class KubernetesConnectionException : Exception
{
    /// <summary>Creates the exception.</summary>
    public KubernetesConnectionException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, with which server.</param>
    public KubernetesConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, with which server.</param>
    /// <param name="innerException">The cause.</param>
    public KubernetesConnectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="error">Why the server could not be talked to.</param>
    /// <param name="message">What happened, with which server.</param>
    /// <param name="innerException">The cause.</param>
    public KubernetesConnectionException(KubernetesConnectionError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>Why the server could not be talked to.</summary>
    public KubernetesConnectionError Error { get; }

    /// <summary>Says in a sentence why a connection that a program has made through <see cref="KubernetesClient.CreateHandler"/> or <see cref="KubernetesClient.ConnectAsync"/> failed.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="configuration">The server's configuration.</param>
    /// <returns>The explanation, or null when the exception is not the network's, such as a cancellation by the caller.</returns>
    public static KubernetesConnectionException? Explain(Exception exception, KubernetesClientConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(configuration);
        return ConnectionFailure.IsConnectionFailure(exception) ? ConnectionFailure.From(exception, configuration, null) : exception as KubernetesConnectionException;
    }
}
