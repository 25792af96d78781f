using Podkit.Model;
using Podkit.Model.Meta.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Errors;

/// <summary>A refusal of a request, as the client gets to see it: a Status. Whatever else a handler throws is answered with 500.</summary>
internal sealed class ApiException : Exception
{
    public ApiException(Status status)
        : base(status.Message) => Status = status;

    /// <summary>The answer's body; its code is the HTTP status.</summary>
    public Status Status { get; }

    /// <summary>The HTTP status.</summary>
    public int Code => Status.Code ?? 500;

    /// <summary>The machine-readable reason, such as <c>NotFound</c>.</summary>
    public string Reason => Status.Reason ?? "";

    /// <summary>404: <c>configmaps "a" not found</c>.</summary>
    public static ApiException NotFound(ResourceKind kind, string name) => NotFound(kind.Group, kind.Resource, name);

    public static ApiException NotFound(string group, string resource, string name) =>
        Make(404, "NotFound", $"{Qualified(group, resource)} \"{name}\" not found", Details(group, resource, name));

    /// <summary>404 without an object: the path names no resource.</summary>
    public static ApiException NoSuchResource() =>
        Make(404, "NotFound", "the server could not find the requested resource", new StatusDetails());

    /// <summary>409: <c>configmaps "a" already exists</c>.</summary>
    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        Make(409, "AlreadyExists", $"{kind.QualifiedResource} \"{name}\" already exists", Details(kind.Group, kind.Resource, name));

    /// <summary>409: <c>Operation cannot be fulfilled on configmaps "a": …</c>.</summary>
    public static ApiException Conflict(ResourceKind kind, string name, string problem) => Conflict(kind.Group, kind.Resource, name, problem);

    public static ApiException Conflict(string group, string resource, string name, string problem) =>
        Make(409, "Conflict", $"Operation cannot be fulfilled on {Qualified(group, resource)} \"{name}\": {problem}", Details(group, resource, name));

    /// <summary>409 after an optimistic update lost.</summary>
    public static ApiException Modified(ResourceKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>409 of server-side apply, with a cause for every field that another manager owns.</summary>
    public static ApiException ApplyConflict(string message, IEnumerable<StatusCause> causes) =>
        Make(409, "Conflict", message, new StatusDetails { Causes = [.. causes] });

    /// <summary>422: <c>Kind "name" is invalid: …</c> with a cause for every field.</summary>
    public static ApiException Invalid(ResourceKind kind, string name, IReadOnlyList<FieldError> errors) => Invalid(kind.Group, kind.Kind, name, errors);

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(group, kind, name);
        details.Causes = [.. errors.Select(e => new StatusCause { Reason = e.Type.ToString(), Message = e.Message, Field = e.Field })];
        var sentences = errors.Select(e => e.ToString()).Distinct().ToList();
        var list = sentences.Count == 1 ? sentences[0] : $"[{string.Join(", ", sentences)}]";
        return Make(422, "Invalid", $"{Qualified(group, kind)} \"{name}\" is invalid: {list}", details);
    }

    /// <summary>400 with that sentence.</summary>
    public static ApiException BadRequest(string message) => Make(400, "BadRequest", message, null);

    /// <summary>403: <c>pods "p" is forbidden: …</c>, or <c>pods is forbidden: …</c> without a name.</summary>
    public static ApiException Forbidden(string group, string resource, string name, string problem) => Make(
        403,
        "Forbidden",
        (resource.Length == 0, name.Length == 0) switch
        {
            (true, _) => $"forbidden: {problem}",
            (_, true) => $"{Qualified(group, resource)} is forbidden: {problem}",
            _ => $"{Qualified(group, resource)} \"{name}\" is forbidden: {problem}",
        },
        Details(group, resource, name));

    /// <summary>401.</summary>
    public static ApiException Unauthorized() => Make(401, "Unauthorized", "Unauthorized", null);

    /// <summary>405.</summary>
    public static ApiException MethodNotAllowed() =>
        Make(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new StatusDetails());

    /// <summary>406.</summary>
    public static ApiException NotAcceptable(IEnumerable<string> available) => Make(
        406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {string.Join(", ", available)}", new StatusDetails());

    /// <summary>415.</summary>
    public static ApiException UnsupportedMediaType(IEnumerable<string> accepted) => Make(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}",
        null);

    /// <summary>413.</summary>
    public static ApiException TooLarge(long limit) => Make(
        413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}", null);

    /// <summary>410: the version is older than the history kept.</summary>
    public static ApiException Expired(string message) => Make(410, "Expired", message, null);

    /// <summary>504: the version lies in the future.</summary>
    public static ApiException ResourceVersionTooLarge(long requested, long current) => Make(
        504,
        "Timeout",
        $"Timeout: Too large resource version: {requested}, current: {current}",
        new StatusDetails { RetryAfterSeconds = 1, Causes = [new StatusCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }] });

    /// <summary>429: come back later.</summary>
    public static ApiException TooManyRequests(string message, int retryAfterSeconds) => Make(
        429, "TooManyRequests", message, new StatusDetails { RetryAfterSeconds = retryAfterSeconds > 0 ? retryAfterSeconds : null });

    /// <summary>504 with that sentence.</summary>
    public static ApiException Timeout(string message) => Make(504, "Timeout", message, new StatusDetails());

    /// <summary>500: <c>Internal error occurred: …</c>.</summary>
    public static ApiException InternalError(string problem) => Make(
        500,
        "InternalError",
        $"Internal error occurred: {problem}",
        new StatusDetails { Causes = [new StatusCause { Message = problem }] });

    /// <summary>501: the node behind the server does not offer this.</summary>
    public static ApiException NotImplemented(string message) => Make(501, "NotImplemented", message, null);

    /// <summary>Any other refusal.</summary>
    public static ApiException Make(int code, string reason, string message, StatusDetails? details) => new(new Status
    {
        StatusValue = "Failure",
        Message = message,
        Reason = reason,
        Details = details,
        Code = code,
    });

    private static string Qualified(string group, string resource) => group.Length == 0 ? resource : $"{resource}.{group}";

    private static StatusDetails Details(string group, string kind, string name) => new()
    {
        Name = name.Length == 0 ? null : name,
        Group = group.Length == 0 ? null : group,
        Kind = kind.Length == 0 ? null : kind,
    };
}
