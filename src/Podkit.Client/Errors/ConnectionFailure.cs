using System.Net.Sockets;
using System.Security.Authentication;

namespace Podkit.Client.Errors;

/// <summary>Says in a sentence why a connection failed.</summary>
internal static class ConnectionFailure
{
    // Of HTTP/2, RFC 9113: the server ends the connection in good order; it has not looked at the request.
    private const long NoError = 0;
    private const long RefusedStream = 7;

    public static KubernetesConnectionException From(Exception exception, KubernetesClientConfiguration configuration, string? call)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case KubernetesConnectionException known:
                    return known;
                case AuthenticationException:
                    return Untrusted(e, configuration, exception);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Of(KubernetesConnectionError.Refused, $"nothing listens at {configuration.Server} (connection refused): is the API server running, and is the address right ({configuration.Origin})?");
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return Of(KubernetesConnectionError.UnknownHost, $"the host {configuration.Server.Host} of the API server cannot be resolved ({configuration.Origin})");
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                case TimeoutException:
                    return Of(KubernetesConnectionError.TimedOut, $"connecting to {configuration.Server} timed out");
            }
        }

        return Of(KubernetesConnectionError.Broken, $"the connection to {configuration.Server} broke{(call is null ? "" : $" during {call}")}: {exception.Message}");

        KubernetesConnectionException Of(KubernetesConnectionError error, string message) => new(error, message, exception);
    }

    /// <summary>Whether an exception is the network's: the framework tells a connection that takes too long as a cancellation.</summary>
    public static bool IsConnectionFailure(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or AuthenticationException || exception is OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Whether a connection was there and has been cut: as by a server that restarts, and not by an answer that cannot be understood.</summary>
    public static bool IsCut(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            var cut = e switch
            {
                SocketException socket => socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown,
                HttpProtocolException protocol => protocol.ErrorCode is NoError or RefusedStream,
                HttpIOException io => io.HttpRequestError is HttpRequestError.ResponseEnded,
                _ => false,
            };
            if (cut) return true;
        }

        return false;
    }

    public static bool IsTrustFailure(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException!)
        {
            if (e is AuthenticationException) return true;
        }

        return false;
    }

    /// <summary>What to throw instead of a server's not being trusted when no server could be, because the authorities' root is not among them.</summary>
    public static AuthenticationException WithoutRoot(Exception exception)
    {
        var tls = exception;
        while (tls is not AuthenticationException && tls.InnerException is { } inner) tls = inner;
        return new AuthenticationException($"{tls.Message.TrimEnd('.')}. The authority's certificates are only intermediate ones: the root, which signed itself, must be in the file too", exception);
    }

    private static KubernetesConnectionException Untrusted(Exception tls, KubernetesClientConfiguration configuration, Exception exception)
    {
        var authority = configuration.CertificateAuthorityFile ?? (configuration.CertificateAuthorityData is null ? "the system's authorities" : $"the certificate authority of {configuration.Origin}");
        var name = configuration.TlsServerName ?? configuration.Server.Host;
        return new KubernetesConnectionException(
            KubernetesConnectionError.Untrusted, $"no trusted connection to {configuration.Server}: the server's certificate must be valid now, signed by {authority}, and be for {name}: {tls.Message}", exception);
    }
}
