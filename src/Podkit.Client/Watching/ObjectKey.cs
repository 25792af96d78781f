using System.Diagnostics.CodeAnalysis;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>
/// What identifies an object among those of its resource: its namespace, null for those of the cluster, and its name. Written
/// <c>namespace/name</c>, or only <c>name</c>, as client-go's keys are.
/// </summary>
/// <param name="Namespace">The namespace; null for an object of the cluster.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    /// <param name="value">The object.</param>
    public static ObjectKey Of(IKubernetesObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return From(value.Metadata.Namespace, value.Metadata.Name);
    }

    /// <summary>Reads <c>namespace/name</c> or <c>name</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectKey key)
    {
        key = default;
        if (string.IsNullOrEmpty(text)) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash == 0 || slash == text.Length - 1 || text.IndexOf('/', slash + 1) > 0) return false;
        key = slash < 0 ? new ObjectKey(null, text) : new ObjectKey(text[..slash], text[(slash + 1)..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";

    internal static ObjectKey From(string? ns, string? name) => new(string.IsNullOrEmpty(ns) ? null : ns, name ?? "");
}
