namespace Podkit.Node;

/// <summary>A line of /etc/hosts.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="Names">The names that stand for it.</param>
public sealed record HostsEntry(string Address, IReadOnlyList<string> Names);
