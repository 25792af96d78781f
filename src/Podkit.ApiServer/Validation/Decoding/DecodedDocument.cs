using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Validation;

/// <summary>What reading a request body by its schema gave.</summary>
/// <param name="Document">The document: known fields only, quantities and times in their canonical form, no nulls. Not to be used when <paramref name="Error"/> is set.</param>
/// <param name="Error">The first value of a wrong type or form, in the words of Go's decoder; null when there is none.</param>
/// <param name="StrictErrors">Unknown and duplicate fields, in the order of the document, such as <c>unknown field "spec.x"</c>.</param>
internal sealed record DecodedDocument(JsonObject Document, string? Error, IReadOnlyList<string> StrictErrors)
{
    /// <summary>The sentence that refuses the document when <c>fieldValidation=Strict</c>; null when nothing is unknown or stands twice.</summary>
    public string? StrictError => StrictErrors.Count == 0 ? null : "strict decoding error: " + string.Join(", ", StrictErrors);
}
