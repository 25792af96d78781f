namespace Podkit.Node;

/// <summary>An image of the local store, unpacked.</summary>
/// <param name="Id">The image's id, its configuration's digest.</param>
/// <param name="RootDirectory">The directory that is the container's root.</param>
/// <param name="Entrypoint">The program that the image starts.</param>
/// <param name="Arguments">Its arguments where the manifest gives none.</param>
/// <param name="Environment">The environment that the image sets.</param>
/// <param name="WorkingDirectory">The directory that it starts in, or null.</param>
public sealed record LocalImage(
    string Id,
    string RootDirectory,
    IReadOnlyList<string> Entrypoint,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    string? WorkingDirectory);
