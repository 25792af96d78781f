namespace Podkit.Client;

/// <summary>How a write is carried out.</summary>
public sealed record WriteOptions
{
    /// <summary>The name under which the fields written are owned. Default: the server takes it from the user agent; for <see cref="PatchType.Apply"/> the client's own.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Whether the server only says what it would do.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether an apply takes over fields that others own.</summary>
    public bool Force { get; init; }

    /// <summary>What the server does about unknown and duplicate fields: <c>Strict</c>, <c>Warn</c> or <c>Ignore</c>; null for the server's default.</summary>
    public string? FieldValidation { get; init; }
}
