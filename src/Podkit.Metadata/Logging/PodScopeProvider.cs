using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Logging;

/// <summary>The scopes of another provider, with the pod's attributes as the outermost.</summary>
internal sealed class PodScopeProvider(IExternalScopeProvider inner, PodAttributes attributes) : IExternalScopeProvider
{
    /// <summary>The scopes alone.</summary>
    public IExternalScopeProvider Inner => inner;

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        var current = attributes.Current;
        if (current.Count > 0) callback(current, state);
        inner.ForEachScope(callback, state);
    }

    public IDisposable Push(object? state) => inner.Push(state);
}
