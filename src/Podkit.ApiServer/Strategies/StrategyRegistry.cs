using System.Collections.Concurrent;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to which resource. Filled while the server is composed, read-only afterwards.</summary>
internal sealed class StrategyRegistry
{
    private readonly ConcurrentDictionary<ResourceKind, ResourceStrategy> strategies = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(ResourceKind Kind, string Subresource), ICreateHandler> handlers = [];

    /// <summary>Replaces the strategy of its kind.</summary>
    public void Register(ResourceStrategy strategy) => strategies[strategy.Kind] = strategy;

    /// <summary>Sets who answers a POST to a resource that stores nothing, or to a subresource (empty for the resource itself).</summary>
    public void RegisterCreate(ResourceKind kind, string subresource, ICreateHandler handler) => handlers[(kind, subresource)] = handler;

    public ResourceStrategy Of(ResourceKind kind) => strategies.GetOrAdd(kind, static k => new ResourceStrategy(k));

    public ICreateHandler? CreateHandler(ResourceKind kind, string subresource) => handlers.GetValueOrDefault((kind, subresource));
}
