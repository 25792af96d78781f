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

    /// <summary>The flow schema and priority level (their UIDs) that classified the request, when the server tells: why a call is throttled.</summary>
    public string? FlowSchemaUid { get; init; }

    /// <inheritdoc cref="FlowSchemaUid"/>
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

    /// <summary>The requested resource version is one that the server has not reached.</summary>
    public bool IsResourceVersionTooLarge => Status.Details?.Causes?.Exists(c => c.Reason == "ResourceVersionTooLarge") == true
        || (Code == 504 && Status.Message?.Contains("Too large resource version", StringComparison.Ordinal) == true);

    private bool Is(string reason, int code) => Status.Reason == reason || (Code == code && Status.Reason is null or "" or "Unknown");

    private static string Sentence(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (!string.IsNullOrEmpty(status.Message)) return status.Message;
        return status.Code is { } code ? $"the API server answered {code} {status.Reason}".TrimEnd() : "the API server refused the call";
    }
}
