namespace Podkit.Model.Schemas;

/// <summary>A place where a document does not fit its schema.</summary>
/// <param name="Path">The field, such as <c>spec.containers[0].imagee</c>; empty for the document itself.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record SchemaProblem(string Path, string Message)
{
    /// <summary>The path and the message.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
