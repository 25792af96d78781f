namespace Podkit.Node.Agent;

/// <summary>An object that pods read: a ConfigMap or a Secret.</summary>
internal readonly record struct SourceKey(bool IsSecret, string Namespace, string Name);
