namespace Podkit.Client;

/// <summary>Why the API server could not be talked to.</summary>
public enum KubernetesConnectionError
{
    /// <summary>The connection was cut or never came to be.</summary>
    Broken,

    /// <summary>Nothing listens at the address.</summary>
    Refused,

    /// <summary>The host name has no address.</summary>
    UnknownHost,

    /// <summary>The server's certificate is not signed by the trusted authority, is for another name, or is out of date. Never retried.</summary>
    Untrusted,

    /// <summary>The answer did not come in time.</summary>
    TimedOut,

    /// <summary>The answer is not what an API server says.</summary>
    Protocol,
}
