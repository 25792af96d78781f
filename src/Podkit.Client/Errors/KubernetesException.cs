using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>The API server refused a call; <see cref="Status"/> is its whole answer. Never contains a token or the data of a Secret.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Creates the exception.</summary>
    public KubernetesException()
        : this(new Status { StatusValue = "Failure" })
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The server's sentence.</param>
    public KubernetesException(string message)
        : this(new Status { StatusValue = "Failure", Message = message })
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The server's sentence.</param>
    /// <param name="innerException">The cause.</param>
    public KubernetesException(string message, Exception innerException)
        : base(message, innerException) => Status = new Status { StatusValue = "Failure", Message = message };

    /// <summary>Creates the exception from the server's answer.</summary>
    /// <param name="status">The answer.</param>
    /// <param name="retryAfter">When the server asks to try again, if it does.</param>
    public KubernetesException(Status status, TimeSpan? retryAfter = null)
        : base(Sentence(status))
    {
        Status = status;
        RetryAfter = retryAfter ?? (status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>The server's answer.</summary>
    public Status Status { get; }

    /// <summary>The HTTP status code.</summary>
    public int Code => Status.Code ?? 0;

    /// <summary>Kubernetes' machine-readable reason, such as <c>NotFound</c>; empty when the server gave none.</summary>
    public string Reason => Status.Reason ?? "";

    /// <summary>When the server asks to try again, if it does.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The UID of the flow schema of API priority and fairness that classified the request, when the server tells: why a call is throttled.</summary>
    public string? FlowSchemaUid { get; init; }

    /// <summary>The UID of the priority level of API priority and fairness that served the request, when the server tells.</summary>
    public string? PriorityLevelUid { get; init; }

    /// <summary>There is no such object.</summary>
    public bool IsNotFound => Is("NotFound", 404);

    /// <summary>There is already an object of that name.</summary>
    public bool IsAlreadyExists => Status.Reason == "AlreadyExists";

    /// <summary>The object has changed since it was read, or a field belongs to another manager.</summary>
    public bool IsConflict => Status.Reason == "Conflict" || (Code == 409 && !IsAlreadyExists);

    /// <summary>The server knows the caller and does not allow the call.</summary>
    public bool IsForbidden => Is("Forbidden", 403);

    /// <summary>The server does not know the caller.</summary>
    public bool IsUnauthorized => Is("Unauthorized", 401);

    /// <summary>The requested version or continue token has expired: list again.</summary>
    public bool IsGone => Status.Reason is "Gone" or "Expired" || Code == 410;

    /// <summary>The object or the request is not valid.</summary>
    public bool IsInvalid => Is("Invalid", 422);

    /// <summary>The request makes no sense to the server.</summary>
    public bool IsBadRequest => Is("BadRequest", 400);

    /// <summary>The server asks for fewer requests.</summary>
    public bool IsTooManyRequests => Is("TooManyRequests", 429);

    /// <summary>The server cannot serve now: an aggregated API, its storage, or the server itself is not there.</summary>
    public bool IsServiceUnavailable => Is("ServiceUnavailable", 503);

    /// <summary>The call did not end in time on the server; it may have been carried out.</summary>
    public bool IsTimeout => Is("Timeout", 504);

    /// <summary>The server could not do it in time and asks to try again: it has not been carried out.</summary>
    public bool IsServerTimeout => Status.Reason == "ServerTimeout";

    /// <summary>Something went wrong inside of the server.</summary>
    public bool IsInternalError => Is("InternalError", 500);

    /// <summary>The resource does not have this verb.</summary>
    public bool IsMethodNotSupported => Is("MethodNotAllowed", 405);

    /// <summary>The server cannot answer in the form that was asked for.</summary>
    public bool IsNotAcceptable => Is("NotAcceptable", 406);

    /// <summary>The server does not take bodies of this kind, such as a strategic merge patch of a custom resource.</summary>
    public bool IsUnsupportedMediaType => Is("UnsupportedMediaType", 415);

    /// <summary>The object is too large for the server.</summary>
    public bool IsRequestEntityTooLarge => Is("RequestEntityTooLarge", 413);

    /// <summary>The namespace is being deleted: nothing can be created in it any more.</summary>
    public bool IsNamespaceTerminating => HasCause("NamespaceTerminating");

    /// <summary>Whether the server gives this machine-readable cause, such as <c>FieldManagerConflict</c> or <c>DisruptionBudget</c>.</summary>
    /// <param name="reason">The cause's reason.</param>
    public bool HasCause(string reason) => Status.Details?.Causes?.Exists(c => c.Reason == reason) == true;

    /// <summary>The requested resource version is one that the server has not reached.</summary>
    public bool IsResourceVersionTooLarge => HasCause("ResourceVersionTooLarge")
        || (Code == 504 && Status.Message?.Contains("Too large resource version", StringComparison.Ordinal) == true);

    private bool Is(string reason, int code) => Status.Reason == reason || (Code == code && Status.Reason is null or "" or "Unknown");

    private static string Sentence(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (!string.IsNullOrEmpty(status.Message)) return status.Message;
        return status.Code is { } code ? $"the API server answered {code} {status.Reason}".TrimEnd() : "the API server refused the call";
    }
}
