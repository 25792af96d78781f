namespace Podkit.Model;

/// <summary>A column of a resource's Table form.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">The OpenAPI type of its cells.</param>
/// <param name="Format">The OpenAPI format of its cells; <c>name</c> marks the object's name.</param>
/// <param name="Priority">0 for columns that are always shown, above 0 for <c>-o wide</c>.</param>
public sealed record TableColumn(string Name, string Type, string Format, int Priority);
