namespace Podkit.Model;

/// <summary>A subresource as discovery lists it.</summary>
/// <param name="Name">The last element of its path, such as <c>status</c>.</param>
/// <param name="Kind">The kind that it reads and writes.</param>
/// <param name="Group">The group of that kind when it is not the resource's own; empty otherwise.</param>
/// <param name="Version">The version of that kind when it is not the resource's own; empty otherwise.</param>
/// <param name="Verbs">The verbs that discovery lists.</param>
public sealed record SubresourceKind(string Name, string Kind, string Group, string Version, IReadOnlyList<string> Verbs);
