using Podkit.Client.Discovery;
using Podkit.Client.Http;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>
/// The resources that a server has: two requests for aggregated discovery (<c>apidiscovery.k8s.io/v2</c>, Kubernetes 1.30 and later), else one for each group
/// version. Kept for ten minutes; a name that is not known has it read again, as a CustomResourceDefinition may be new.
/// </summary>
public sealed class DiscoveryClient
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ApiInvoker _api;
    private readonly Gate _reading = new();
    private volatile Snapshot? _snapshot;

    internal DiscoveryClient(ApiInvoker api) => _api = api;

    /// <summary>All resources; those of the core group first, then in the server's order of groups, preferred versions first.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<ResourceKind>> ListAsync(CancellationToken cancellationToken = default) => (await CurrentAsync(cancellationToken).ConfigureAwait(false)).Index.All;

    /// <summary>The group versions that could not be read, such as those of an aggregated API whose server is down, each with the reason.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyDictionary<string, string>> ListFailuresAsync(CancellationToken cancellationToken = default) => (await CurrentAsync(cancellationToken).ConfigureAwait(false)).Index.Failures;

    /// <summary>The resource of a name as kubectl takes it, or null: plural, singular, short name or kind, alone or with group, or with version and group.</summary>
    /// <param name="name">Such as <c>pods</c>, <c>po</c>, <c>deployments.apps</c>, <c>Deployment.v1.apps</c>, <c>apps/v1/deployments</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ResourceKind?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return LookUpAsync(index => index.Find(name), cancellationToken);
    }

    /// <summary>The resource of a kind, or null.</summary>
    /// <param name="apiVersion">Such as <c>v1</c> or <c>apps/v1</c>.</param>
    /// <param name="kind">Such as <c>Deployment</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ResourceKind?> FindKindAsync(string apiVersion, string kind, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiVersion);
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        return LookUpAsync(index => index.FindKind(apiVersion, kind), cancellationToken);
    }

    /// <summary>Forgets what is known; the next question reads it again.</summary>
    public void Invalidate() => _snapshot = null;

    internal async Task<ResourceKind> GetAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw Unknown($"the server doesn't have a resource type \"{name}\"");

    internal async Task<ResourceKind> GetKindAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        await FindKindAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false) ?? throw Unknown($"no matches for kind \"{kind}\" in version \"{apiVersion}\"");

    private static KubernetesException Unknown(string message) => new(new Status { StatusValue = "Failure", Code = 404, Reason = "NotFound", Message = message });

    private async Task<ResourceKind?> LookUpAsync(Func<ResourceIndex, ResourceKind?> find, CancellationToken cancellationToken)
    {
        var began = _api.Time.GetTimestamp();
        var snapshot = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        if (find(snapshot.Index) is { } known) return known;
        if (snapshot.ReadAt >= began) return null;
        return find((await ReadAsync(snapshot, cancellationToken).ConfigureAwait(false)).Index);
    }

    private ValueTask<Snapshot> CurrentAsync(CancellationToken cancellationToken)
    {
        var snapshot = _snapshot;
        return snapshot is not null && _api.Time.GetElapsedTime(snapshot.ReadAt) < Lifetime ? new(snapshot) : new(ReadAsync(snapshot, cancellationToken));
    }

    private async Task<Snapshot> ReadAsync(Snapshot? old, CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited for another's reading uses it.
            if (_snapshot is { } newer && !ReferenceEquals(newer, old)) return newer;
            var at = _api.Time.GetTimestamp();
            return _snapshot = new Snapshot(await DiscoveryReader.ReadAsync(_api, cancellationToken).ConfigureAwait(false), at);
        }
        finally
        {
            _reading.Leave();
        }
    }

    private sealed record Snapshot(ResourceIndex Index, long ReadAt);
}
