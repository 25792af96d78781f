using System.Text.Json;

namespace Podkit.Model.Json;

/// <summary>Reads one value of a type, of which <paramref name="reader"/> has read the first token; null where the text says null. To be called by <see cref="ModelReader.Read{T}"/>.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="reader">A reader of a whole text; at the end it has read the value's last token.</param>
/// <param name="model">How to read.</param>
public delegate T? ModelRead<T>(ref Utf8JsonReader reader, ModelReader model);
