using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Responses;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Requests;

/// <summary>An authenticated and authorised request for a resource, with what its handlers need.</summary>
internal sealed class ApiRequest(HttpContext http, RequestInfo info, UserInfo user, ResourceKind kind, ServerServices services)
{
    public HttpContext Http { get; } = http;

    public RequestInfo Info { get; } = info;

    public UserInfo User { get; } = user;

    public ResourceKind Kind { get; } = kind;

    public ServerServices Services { get; } = services;

    public ResourceStrategy Strategy { get; } = services.Strategies.Of(kind);

    /// <summary>How the client wants the answer.</summary>
    public Representation Representation { get; } = Representation.Negotiate(http.Request.Headers.Accept);

    /// <summary>Sentences for the answer's Warning headers.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The namespace of the objects; empty for resources of the cluster and for all namespaces.</summary>
    public string Namespace => Kind.Namespaced ? Info.Namespace : "";

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The first value of a query parameter, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values.Count > 0 ? values[0] : "" : null;

    /// <summary>All values of a query parameter.</summary>
    public IReadOnlyList<string> QueryAll(string name) => Http.Request.Query.TryGetValue(name, out var values) ? [.. values.Select(v => v ?? "")] : [];

    /// <summary>Who owns the fields that this request sets: the query's field manager, or the client's own name.</summary>
    public string FieldManager
    {
        get
        {
            var manager = Query("fieldManager");
            return string.IsNullOrEmpty(manager) ? Prefix(Http.Request.Headers.UserAgent.ToString()) : manager;
        }
    }

    public OperationContext Context(Operation operation, string name, bool dryRun) => new()
    {
        Operation = operation,
        Kind = Kind,
        Request = Info,
        User = User,
        Objects = Services.Store,
        Time = Services.Time,
        Namespace = Namespace,
        Name = name,
        DryRun = dryRun,
        Warnings = Warnings,
    };

    /// <summary>The part of a user agent before its version, as far as a manager's name may be long.</summary>
    private static string Prefix(string agent)
    {
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = new string([.. (slash < 0 ? agent : agent[..slash]).Where(c => !char.IsControl(c))]);
        return name.Length > 128 ? name[..128] : name;
    }
}
