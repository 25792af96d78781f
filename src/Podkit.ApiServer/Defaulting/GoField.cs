using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Defaulting;

/// <summary>How a field of a Go type writes itself.</summary>
/// <param name="Name">The JSON name.</param>
/// <param name="Schema">The field.</param>
/// <param name="KeepsZero">Whether an empty value, false and 0 are written.</param>
/// <param name="Filler">The JSON that a missing field is written as; null when it is not written.</param>
/// <param name="NullWhenMissing">Whether a missing field is written as null.</param>
internal sealed record GoField(string Name, FieldSchema Schema, bool KeepsZero, string? Filler, bool NullWhenMissing);
