namespace Podkit.Node.Pods;

/// <summary>Which pod: its name may come back, its UID does not.</summary>
internal readonly record struct PodIdentity(string Namespace, string Name, string Uid)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
