namespace Podkit.Metadata.Sources;

/// <summary>A value that a source offers.</summary>
/// <param name="Text">The value: text, or a number of cores or bytes.</param>
/// <param name="Place">The file, the variable, the object or the option.</param>
/// <param name="CanChange">Whether it follows Kubernetes.</param>
internal readonly record struct Found(string Text, string Place, bool CanChange);
