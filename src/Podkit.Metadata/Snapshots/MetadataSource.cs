namespace Podkit.Metadata;

/// <summary>The kinds of places that values come from.</summary>
public enum MetadataSource
{
    /// <summary>Set by the options.</summary>
    Configured,

    /// <summary>A file of a Downward API volume.</summary>
    File,

    /// <summary>An environment variable.</summary>
    EnvironmentVariable,

    /// <summary>The mounted service account: its namespace file, or what its token says.</summary>
    ServiceAccountMount,

    /// <summary>The API server.</summary>
    ApiServer,
}
